<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ja" sourcelanguage="en">
    <context>
        <name>AboutDialog</name>
        <message>
            <source>About CC_ControlNet</source>
            <translation>CC_ControlNet について</translation>
        </message>
        <message>
            <source>Swaps the outfit of an anime or cartoon character and leaves every other pixel alone. CC_ControlNet (Character Customization ControlNet) reads the character with a hole where the clothes are, so that a Stable Diffusion model draws the outfit you describe into it.</source>
            <translation>アニメやイラストのキャラクターの衣装を着せ替え、ほかの画素には一切手を加えません。CC_ControlNet（Character Customization ControlNet）は服の部分を空けたキャラクターを読み取り、Stable Diffusion モデルに指定した衣装をそこへ描かせます。</translation>
        </message>
        <message>
            <source>Models that you download have licences of their own; they are shown before the download.</source>
            <translation>ダウンロードするモデルにはそれぞれのライセンスがあり、ダウンロード前に表示されます。</translation>
        </message>
        <message>
            <source>Licence</source>
            <translation>ライセンス</translation>
        </message>
        <message>
            <source>Built on</source>
            <translation>使用ソフトウェア</translation>
        </message>
    </context>
    <context>
        <name>Actions</name>
        <message>
            <source>&amp;Open ...</source>
            <translation>開く(&amp;O)...</translation>
        </message>
        <message>
            <source>&amp;Paste</source>
            <translation>貼り付け(&amp;P)</translation>
        </message>
        <message>
            <source>A picture, a file or an outfit from the clipboard</source>
            <translation>クリップボードの画像、ファイル、衣装</translation>
        </message>
        <message>
            <source>&amp;Copy picture</source>
            <translation>画像をコピー(&amp;C)</translation>
        </message>
        <message>
            <source>&amp;Save</source>
            <translation>保存(&amp;S)</translation>
        </message>
        <message>
            <source>As an OpenRaster project, which Krita and GIMP open</source>
            <translation>Krita や GIMP でも開ける OpenRaster プロジェクトとして保存</translation>
        </message>
        <message>
            <source>Save &amp;as ...</source>
            <translation>名前を付けて保存(&amp;A)...</translation>
        </message>
        <message>
            <source>&amp;Export PNG ...</source>
            <translation>PNG を書き出す(&amp;E)...</translation>
        </message>
        <message>
            <source>The picture as it is shown, with its recipe</source>
            <translation>表示中の画像をレシピ付きで書き出す</translation>
        </message>
        <message>
            <source>Export &amp;garment alone ...</source>
            <translation>衣装だけを書き出す(&amp;G)...</translation>
        </message>
        <message>
            <source>Export &amp;layers as PSD ...</source>
            <translation>レイヤーを PSD で書き出す(&amp;L)...</translation>
        </message>
        <message>
            <source>Reco&amp;ver unsaved work ...</source>
            <translation>未保存の作品を復元(&amp;V)...</translation>
        </message>
        <message>
            <source>&amp;Quit</source>
            <translation>終了(&amp;Q)</translation>
        </message>
        <message>
            <source>&amp;Undo</source>
            <translation>元に戻す(&amp;U)</translation>
        </message>
        <message>
            <source>&amp;Redo</source>
            <translation>やり直す(&amp;R)</translation>
        </message>
        <message>
            <source>&amp;Find clothes</source>
            <translation>服を見つける(&amp;F)</translation>
        </message>
        <message>
            <source>Puts a button over each garment; a click on it masks the garment</source>
            <translation>服ごとにボタンを表示し、クリックでマスクします</translation>
        </message>
        <message>
            <source>Mask the &amp;whole outfit</source>
            <translation>衣装全体をマスク(&amp;W)</translation>
        </message>
        <message>
            <source>Finds all clothes and masks them</source>
            <translation>すべての服を見つけてマスクします</translation>
        </message>
        <message>
            <source>&amp;Clear mask</source>
            <translation>マスクを消去(&amp;C)</translation>
        </message>
        <message>
            <source>Mask &amp;everything</source>
            <translation>すべてマスク(&amp;E)</translation>
        </message>
        <message>
            <source>&amp;Invert mask</source>
            <translation>マスクを反転(&amp;I)</translation>
        </message>
        <message>
            <source>&amp;Grow mask</source>
            <translation>マスクを広げる(&amp;G)</translation>
        </message>
        <message>
            <source>&amp;Shrink mask</source>
            <translation>マスクを縮める(&amp;S)</translation>
        </message>
        <message>
            <source>S&amp;often mask</source>
            <translation>マスクをぼかす(&amp;O)</translation>
        </message>
        <message>
            <source>&amp;Load mask ...</source>
            <translation>マスクを読み込む(&amp;L)...</translation>
        </message>
        <message>
            <source>Sa&amp;ve mask ...</source>
            <translation>マスクを保存(&amp;V)...</translation>
        </message>
        <message>
            <source>Paint what is &amp;protected</source>
            <translation>保護範囲を描く(&amp;P)</translation>
        </message>
        <message>
            <source>The tools paint what must stay, instead of the mask</source>
            <translation>マスクではなく、残す部分をツールで描きます</translation>
        </message>
        <message>
            <source>Protect &amp;nothing</source>
            <translation>保護をすべて解除(&amp;N)</translation>
        </message>
        <message>
            <source>&amp;Dress</source>
            <translation>着せ替え(&amp;D)</translation>
        </message>
        <message>
            <source>&amp;Cancel drawing</source>
            <translation>描画を中止(&amp;C)</translation>
        </message>
        <message>
            <source>&amp;Next candidate</source>
            <translation>次の候補(&amp;N)</translation>
        </message>
        <message>
            <source>&amp;Previous candidate</source>
            <translation>前の候補(&amp;P)</translation>
        </message>
        <message>
            <source>&amp;Keep candidate</source>
            <translation>候補を採用(&amp;K)</translation>
        </message>
        <message>
            <source>D&amp;rop candidate</source>
            <translation>候補を捨てる(&amp;R)</translation>
        </message>
        <message>
            <source>C&amp;lear candidates</source>
            <translation>候補をすべて消去(&amp;L)</translation>
        </message>
        <message>
            <source>&amp;Models ...</source>
            <translation>モデル(&amp;M)...</translation>
        </message>
        <message>
            <source>Zoom &amp;in</source>
            <translation>拡大(&amp;I)</translation>
        </message>
        <message>
            <source>Zoom &amp;out</source>
            <translation>縮小(&amp;O)</translation>
        </message>
        <message>
            <source>&amp;Fit in window</source>
            <translation>ウィンドウに合わせる(&amp;F)</translation>
        </message>
        <message>
            <source>&amp;Actual pixels</source>
            <translation>等倍表示(&amp;A)</translation>
        </message>
        <message>
            <source>Turn view &amp;left</source>
            <translation>表示を左に回す(&amp;L)</translation>
        </message>
        <message>
            <source>Turn view &amp;right</source>
            <translation>表示を右に回す(&amp;R)</translation>
        </message>
        <message>
            <source>&amp;Mirror view</source>
            <translation>表示を左右反転(&amp;M)</translation>
        </message>
        <message>
            <source>R&amp;eset view</source>
            <translation>表示をリセット(&amp;E)</translation>
        </message>
        <message>
            <source>Show mas&amp;k</source>
            <translation>マスクを表示(&amp;K)</translation>
        </message>
        <message>
            <source>Show what is protecte&amp;d</source>
            <translation>保護範囲を表示(&amp;D)</translation>
        </message>
        <message>
            <source>&amp;Compare with the original</source>
            <translation>元の画像と比較(&amp;C)</translation>
        </message>
        <message>
            <source>Reset pa&amp;nels</source>
            <translation>パネルをリセット(&amp;N)</translation>
        </message>
        <message>
            <source>F&amp;ull screen</source>
            <translation>全画面表示(&amp;U)</translation>
        </message>
        <message>
            <source>&amp;Keys</source>
            <translation>ショートカットキー(&amp;K)</translation>
        </message>
        <message>
            <source>&amp;Log ...</source>
            <translation>ログ(&amp;L)...</translation>
        </message>
        <message>
            <source>&amp;About CC_ControlNet</source>
            <translation>CC_ControlNet について(&amp;A)</translation>
        </message>
        <message>
            <source>&amp;File</source>
            <translation>ファイル(&amp;F)</translation>
        </message>
        <message>
            <source>&amp;Edit</source>
            <translation>編集(&amp;E)</translation>
        </message>
        <message>
            <source>&amp;Mask</source>
            <translation>マスク(&amp;M)</translation>
        </message>
        <message>
            <source>&amp;Tools</source>
            <translation>ツール(&amp;T)</translation>
        </message>
        <message>
            <source>&amp;View</source>
            <translation>表示(&amp;V)</translation>
        </message>
        <message>
            <source>&amp;Help</source>
            <translation>ヘルプ(&amp;H)</translation>
        </message>
        <message>
            <source>Open &amp;recent</source>
            <translation>最近使ったファイル(&amp;R)</translation>
        </message>
        <message>
            <source>Sa&amp;mple characters</source>
            <translation>サンプルキャラクター(&amp;M)</translation>
        </message>
        <message>
            <source>&amp;Theme</source>
            <translation>テーマ(&amp;T)</translation>
        </message>
        <message>
            <source>&amp;Language</source>
            <translation>言語(&amp;L)</translation>
        </message>
        <message>
            <source>&amp;Panels</source>
            <translation>パネル(&amp;P)</translation>
        </message>
        <message>
            <source>See the original while held</source>
            <translation>押している間、元の画像を表示</translation>
        </message>
        <message>
            <source>Move the picture while held</source>
            <translation>押している間、画像を移動</translation>
        </message>
        <message>
            <source>Smaller and larger brush</source>
            <translation>ブラシを小さく／大きく</translation>
        </message>
        <message>
            <source>Softer and harder brush</source>
            <translation>ブラシを柔らかく／硬く</translation>
        </message>
        <message>
            <source>Opacity of the brush</source>
            <translation>ブラシの不透明度</translation>
        </message>
        <message>
            <source>On the picture</source>
            <translation>画像の上</translation>
        </message>
    </context>
    <context>
        <name>AdvancedPanel</name>
        <message>
            <source>Steps</source>
            <translation>ステップ数</translation>
        </message>
        <message>
            <source>More steps draw finer and take longer</source>
            <translation>多いほど精細になり、時間がかかります</translation>
        </message>
        <message>
            <source>Guidance</source>
            <translation>ガイダンス</translation>
        </message>
        <message>
            <source>How closely the words are followed; too much burns the colours</source>
            <translation>言葉にどれだけ忠実に従うか。高すぎると色が焼けます</translation>
        </message>
        <message>
            <source>Change</source>
            <translation>変化の強さ</translation>
        </message>
        <message>
            <source>1 draws anew; less keeps more of what is there</source>
            <translation>1 で新しく描き、小さいほど元の絵を残します</translation>
        </message>
        <message>
            <source>Grow mask</source>
            <translation>マスクを広げる</translation>
        </message>
        <message>
            <source>By how many pixels may be drawn past the mask: old outlines and shadows</source>
            <translation>マスクの外へ何ピクセル描いてよいか（古い輪郭や影のため）</translation>
        </message>
        <message>
            <source>Soft edge</source>
            <translation>境界のぼかし</translation>
        </message>
        <message>
            <source>Over how many pixels the outfit fades into the picture</source>
            <translation>衣装が画像になじむ幅（ピクセル）</translation>
        </message>
        <message>
            <source>Sampler</source>
            <translation>サンプラー</translation>
        </message>
        <message>
            <source>How the steps are taken; every model names the one it likes</source>
            <translation>ステップの進め方。モデルごとに推奨があります</translation>
        </message>
        <message>
            <source>The model's own</source>
            <translation>モデルの標準</translation>
        </message>
        <message>
            <source>about {side} x {side} pixels</source>
            <translation>約 {side} x {side} ピクセル</translation>
        </message>
        <message>
            <source>Working size</source>
            <translation>作業サイズ</translation>
        </message>
        <message>
            <source>The size the outfit is drawn at; smaller is faster and needs less memory</source>
            <translation>衣装を描くときのサイズ。小さいほど速く、メモリも少なくて済みます</translation>
        </message>
        <message>
            <source>Control layers</source>
            <translation>コントロールレイヤー</translation>
        </message>
        <message>
            <source>Keep the pose, the lines or the depth of the picture</source>
            <translation>画像のポーズ、線、奥行きを保ちます</translation>
        </message>
        <message>
            <source>LoRAs</source>
            <translation>LoRA</translation>
        </message>
        <message>
            <source>Small additions to a model: a style, a character, one kind of clothes</source>
            <translation>モデルへの小さな追加：画風、キャラクター、服の種類など</translation>
        </message>
        <message>
            <source>No control layers for this model are there yet</source>
            <translation>このモデル用のコントロールレイヤーはまだありません</translation>
        </message>
        <message>
            <source>No LoRAs for this model are there yet</source>
            <translation>このモデル用の LoRA はまだありません</translation>
        </message>
        <message>
            <source>Get more ...</source>
            <translation>さらに入手...</translation>
        </message>
        <message>
            <source>Add</source>
            <translation>追加</translation>
        </message>
        <message>
            <source>Add to: {section}</source>
            <translation>追加先：{section}</translation>
        </message>
    </context>
    <context>
        <name>Bars</name>
        <message>
            <source>Outfit</source>
            <translation>衣装</translation>
        </message>
        <message>
            <source>Candidates</source>
            <translation>候補</translation>
        </message>
        <message>
            <source>Wardrobe</source>
            <translation>ワードローブ</translation>
        </message>
        <message>
            <source>Layers</source>
            <translation>レイヤー</translation>
        </message>
        <message>
            <source>Queue</source>
            <translation>キュー</translation>
        </message>
        <message>
            <source>Buttons</source>
            <translation>ボタン</translation>
        </message>
        <message>
            <source>Tools</source>
            <translation>ツール</translation>
        </message>
        <message>
            <source>Fit in window ({keys})</source>
            <translation>ウィンドウに合わせる（{keys}）</translation>
        </message>
        <message>
            <source>Zoom</source>
            <translation>ズーム</translation>
        </message>
        <message>
            <source>Engine</source>
            <translation>エンジン</translation>
        </message>
        <message>
            <source>Size of the picture</source>
            <translation>画像の大きさ</translation>
        </message>
        <message>
            <source>Place under the pointer</source>
            <translation>ポインターの位置</translation>
        </message>
        <message>
            <source>As the desktop</source>
            <translation>デスクトップに合わせる</translation>
        </message>
        <message>
            <source>Light</source>
            <translation>ライト</translation>
        </message>
        <message>
            <source>Dark</source>
            <translation>ダーク</translation>
        </message>
    </context>
    <context>
        <name>CandidateModel</name>
        <message>
            <source>Being drawn, {share} %</source>
            <translation>描画中、{share} %</translation>
        </message>
        <message>
            <source>Candidate {number}, seed {seed}</source>
            <translation>候補 {number}、シード {seed}</translation>
        </message>
        <message>
            <source>Earlier candidate, seed {seed}</source>
            <translation>以前の候補、シード {seed}</translation>
        </message>
        <message numerus="yes">
            <source>%n pixel(s) changed outside the mask</source>
            <translation>
                <numerusform>マスクの外で %n ピクセルが変わりました</numerusform>
            </translation>
        </message>
        <message>
            <source>{share} % of the old outfit's colours are still there</source>
            <translation>元の衣装の色が {share} % 残っています</translation>
        </message>
        <message>
            <source>Click or Enter keeps it, Del drops it, the arrow keys step through</source>
            <translation>クリックか Enter で採用、Del で破棄、矢印キーで切り替え</translation>
        </message>
    </context>
    <context>
        <name>CandidateStrip</name>
        <message>
            <source>Candidates</source>
            <translation>候補</translation>
        </message>
        <message>
            <source>Candidates appear here. Hover to try one on, click to keep it.</source>
            <translation>候補はここに並びます。重ねると試着、クリックで採用します。</translation>
        </message>
        <message>
            <source>Keep</source>
            <translation>採用</translation>
        </message>
        <message>
            <source>Use this seed again</source>
            <translation>このシードをもう一度使う</translation>
        </message>
        <message>
            <source>Drop</source>
            <translation>捨てる</translation>
        </message>
    </context>
    <context>
        <name>Canvas</name>
        <message>
            <source>Original</source>
            <translation>元の画像</translation>
        </message>
        <message>
            <source>Before</source>
            <translation>変更前</translation>
        </message>
        <message>
            <source>After</source>
            <translation>変更後</translation>
        </message>
        <message>
            <source>Canvas</source>
            <translation>キャンバス</translation>
        </message>
        <message>
            <source>The picture with the mask over what will be repainted</source>
            <translation>描き直す部分にマスクを重ねた画像</translation>
        </message>
    </context>
    <context>
        <name>Cards</name>
        <message>
            <source>Maid</source>
            <translation>メイド</translation>
        </message>
        <message>
            <source>School uniform</source>
            <translation>制服</translation>
        </message>
        <message>
            <source>Hoodie and shorts</source>
            <translation>パーカー</translation>
        </message>
        <message>
            <source>Kimono</source>
            <translation>着物</translation>
        </message>
        <message>
            <source>Gothic dress</source>
            <translation>ゴシックドレス</translation>
        </message>
        <message>
            <source>China dress</source>
            <translation>チャイナドレス</translation>
        </message>
        <message>
            <source>Ball gown</source>
            <translation>ボールガウン</translation>
        </message>
        <message>
            <source>Autumn coat</source>
            <translation>秋のコート</translation>
        </message>
        <message>
            <source>Officer</source>
            <translation>士官服</translation>
        </message>
        <message>
            <source>Wizard</source>
            <translation>魔法使い</translation>
        </message>
        <message>
            <source>Summer dress</source>
            <translation>サマードレス</translation>
        </message>
        <message>
            <source>Track suit</source>
            <translation>ジャージ</translation>
        </message>
    </context>
    <context>
        <name>ChipButton</name>
        <message>
            <source>Mask this garment: {name}</source>
            <translation>この服をマスク：{name}</translation>
        </message>
        <message>
            <source>Take this garment out of the mask: {name}</source>
            <translation>この服をマスクから外す：{name}</translation>
        </message>
    </context>
    <context>
        <name>Chips</name>
        <message>
            <source>Top</source>
            <translation>トップス</translation>
        </message>
        <message>
            <source>Skirt / trousers</source>
            <translation>スカート／ズボン</translation>
        </message>
        <message>
            <source>Dress</source>
            <translation>ワンピース</translation>
        </message>
        <message>
            <source>Jacket / coat</source>
            <translation>ジャケット／コート</translation>
        </message>
        <message>
            <source>Legwear</source>
            <translation>レッグウェア</translation>
        </message>
        <message>
            <source>Shoes</source>
            <translation>靴</translation>
        </message>
        <message>
            <source>Headwear</source>
            <translation>頭飾り</translation>
        </message>
        <message>
            <source>Neckwear</source>
            <translation>首飾り</translation>
        </message>
        <message>
            <source>Gloves</source>
            <translation>手袋</translation>
        </message>
    </context>
    <context>
        <name>Commands</name>
        <message>
            <source>Protect nothing</source>
            <translation>保護をすべて解除</translation>
        </message>
        <message>
            <source>There is no picture on the clipboard</source>
            <translation>クリップボードに画像がありません</translation>
        </message>
    </context>
    <context>
        <name>CompareBar</name>
        <message>
            <source>Result alone</source>
            <translation>結果のみ</translation>
        </message>
        <message>
            <source>Before and after, with a line between</source>
            <translation>境界線で前後を比較</translation>
        </message>
        <message>
            <source>Before and after, side by side</source>
            <translation>前後を並べて比較</translation>
        </message>
        <message>
            <source>Hold to see the original</source>
            <translation>押している間、元の画像を表示</translation>
        </message>
    </context>
    <context>
        <name>Controls</name>
        <message>
            <source>line art</source>
            <translation>線画</translation>
        </message>
        <message>
            <source>anime line art</source>
            <translation>アニメ線画</translation>
        </message>
        <message>
            <source>edges (canny)</source>
            <translation>エッジ (canny)</translation>
        </message>
        <message>
            <source>soft edges</source>
            <translation>ソフトエッジ</translation>
        </message>
        <message>
            <source>scribble</source>
            <translation>落書き</translation>
        </message>
        <message>
            <source>scribble (HED)</source>
            <translation>落書き (HED)</translation>
        </message>
        <message>
            <source>pose</source>
            <translation>ポーズ</translation>
        </message>
        <message>
            <source>depth</source>
            <translation>奥行き</translation>
        </message>
        <message>
            <source>segmentation</source>
            <translation>領域分割</translation>
        </message>
        <message>
            <source>character around the mask</source>
            <translation>マスク周囲のキャラクター</translation>
        </message>
    </context>
    <context>
        <name>Dialogs</name>
        <message>
            <source>Unsaved work</source>
            <translation>未保存の作品</translation>
        </message>
        <message>
            <source>this picture</source>
            <translation>この画像</translation>
        </message>
        <message>
            <source>Save what you did with "{name}"?</source>
            <translation>「{name}」への変更を保存しますか？</translation>
        </message>
        <message>
            <source>Otherwise its mask, garments and settings are lost.</source>
            <translation>保存しないとマスク、衣装、設定が失われます。</translation>
        </message>
        <message>
            <source>Pictures and projects ({patterns})</source>
            <translation>画像とプロジェクト ({patterns})</translation>
        </message>
        <message>
            <source>Projects ({patterns})</source>
            <translation>プロジェクト ({patterns})</translation>
        </message>
        <message>
            <source>All files ({patterns})</source>
            <translation>すべてのファイル ({patterns})</translation>
        </message>
        <message>
            <source>Open</source>
            <translation>開く</translation>
        </message>
        <message>
            <source>Pictures ({patterns})</source>
            <translation>画像 ({patterns})</translation>
        </message>
        <message>
            <source>Load mask</source>
            <translation>マスクを読み込む</translation>
        </message>
        <message>
            <source>{ending} files ({patterns})</source>
            <translation>{ending} ファイル ({patterns})</translation>
        </message>
        <message>
            <source>That does not work</source>
            <translation>実行できません</translation>
        </message>
        <message>
            <source>Too little memory</source>
            <translation>メモリ不足</translation>
        </message>
    </context>
    <context>
        <name>Document</name>
        <message>
            <source>Add garment</source>
            <translation>衣装を追加</translation>
        </message>
        <message>
            <source>Keep candidate</source>
            <translation>候補を採用</translation>
        </message>
        <message>
            <source>Delete garment</source>
            <translation>衣装を削除</translation>
        </message>
        <message>
            <source>Move garment</source>
            <translation>衣装を移動</translation>
        </message>
        <message>
            <source>Show garment</source>
            <translation>衣装を表示</translation>
        </message>
        <message>
            <source>Hide garment</source>
            <translation>衣装を隠す</translation>
        </message>
        <message>
            <source>Garment opacity</source>
            <translation>衣装の不透明度</translation>
        </message>
        <message>
            <source>Rename garment</source>
            <translation>衣装の名前を変更</translation>
        </message>
        <message>
            <source>Change settings</source>
            <translation>設定を変更</translation>
        </message>
    </context>
    <context>
        <name>DressBar</name>
        <message>
            <source>Dress</source>
            <translation>着せ替え</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>中止</translation>
        </message>
        <message>
            <source>Stop drawing after this step ({keys})</source>
            <translation>このステップで描画を止める（{keys}）</translation>
        </message>
        <message>
            <source>Progress of the drawing</source>
            <translation>描画の進み具合</translation>
        </message>
        <message>
            <source>Draw the outfit into the mask ({keys})</source>
            <translation>マスクの中に衣装を描く（{keys}）</translation>
        </message>
        <message>
            <source>Preparing</source>
            <translation>準備中</translation>
        </message>
        <message>
            <source>Step {step} of {total}</source>
            <translation>ステップ {step} / {total}</translation>
        </message>
        <message>
            <source>{time} left</source>
            <translation>残り {time}</translation>
        </message>
        <message numerus="yes">
            <source>%n waiting</source>
            <translation>
                <numerusform>待機 %n 件</numerusform>
            </translation>
        </message>
        <message>
            <source>Stopping after this step</source>
            <translation>このステップで停止します</translation>
        </message>
    </context>
    <context>
        <name>Dressing</name>
        <message>
            <source>Say what to draw, or click on one of the outfits.</source>
            <translation>描くものを書くか、衣装をクリックしてください。</translation>
        </message>
        <message>
            <source>Find the clothes and click on what is to go, or paint over it.</source>
            <translation>服を見つけて外すものをクリックするか、その上を塗ってください。</translation>
        </message>
        <message>
            <source>All that is masked is protected: choose &quot;Protect nothing&quot;, or paint the protection away.</source>
            <translation>マスクした部分はすべて保護されています。「保護をすべて解除」を選ぶか、保護を塗って消してください。</translation>
        </message>
        <message>
            <source>Use seed</source>
            <translation>シードを使う</translation>
        </message>
        <message>
            <source>Roll seed</source>
            <translation>シードを振る</translation>
        </message>
        <message>
            <source>Remove</source>
            <translation>外す</translation>
        </message>
        <message>
            <source>Cancelled</source>
            <translation>中止しました</translation>
        </message>
    </context>
    <context>
        <name>Duration</name>
        <message>
            <source>{seconds} s</source>
            <translation>{seconds} 秒</translation>
        </message>
        <message>
            <source>{minutes} min {seconds} s</source>
            <translation>{minutes} 分 {seconds} 秒</translation>
        </message>
        <message>
            <source>{hours} h {minutes} min</source>
            <translation>{hours} 時間 {minutes} 分</translation>
        </message>
    </context>
    <context>
        <name>Filing</name>
        <message>
            <source>This file cannot be opened</source>
            <translation>このファイルは開けません</translation>
        </message>
        <message>
            <source>Opened {name}</source>
            <translation>{name} を開きました</translation>
        </message>
        <message>
            <source>The picture is {width} x {height} pixels: it must be at least 64 x 64.</source>
            <translation>画像は {width} x {height} ピクセルです。64 x 64 以上が必要です。</translation>
        </message>
        <message>
            <source>Pasted picture</source>
            <translation>貼り付けた画像</translation>
        </message>
        <message>
            <source>Pasted a picture of {width} x {height} pixels</source>
            <translation>{width} x {height} ピクセルの画像を貼り付けました</translation>
        </message>
        <message>
            <source>Save</source>
            <translation>保存</translation>
        </message>
        <message>
            <source>Export PNG</source>
            <translation>PNG を書き出す</translation>
        </message>
        <message>
            <source>There is no garment yet: dress the character and keep a candidate.</source>
            <translation>まだ衣装がありません。着せ替えて候補を採用してください。</translation>
        </message>
        <message>
            <source>Export garment</source>
            <translation>衣装を書き出す</translation>
        </message>
        <message>
            <source>Export layers</source>
            <translation>レイヤーを書き出す</translation>
        </message>
        <message>
            <source>Copied the picture</source>
            <translation>画像をコピーしました</translation>
        </message>
        <message>
            <source>Load mask</source>
            <translation>マスクを読み込む</translation>
        </message>
        <message>
            <source>Save mask</source>
            <translation>マスクを保存</translation>
        </message>
        <message>
            <source>The project could not be saved</source>
            <translation>プロジェクトを保存できませんでした</translation>
        </message>
        <message>
            <source>Saved {name}</source>
            <translation>{name} を保存しました</translation>
        </message>
        <message>
            <source>Exported {name}</source>
            <translation>{name} を書き出しました</translation>
        </message>
        <message>
            <source>Picture</source>
            <translation>画像</translation>
        </message>
    </context>
    <context>
        <name>Finding</name>
        <message>
            <source>Mask outfit</source>
            <translation>衣装をマスク</translation>
        </message>
        <message>
            <source>Leave garment out</source>
            <translation>服をマスクから外す</translation>
        </message>
        <message>
            <source>Mask garment</source>
            <translation>服をマスク</translation>
        </message>
        <message>
            <source>The starter's eyes know paper dolls only: get a parser for anime under Dress &gt; Models.</source>
            <translation>付属の認識器は紙人形しか知りません。「着せ替え &gt; モデル」でアニメ用を入手してください。</translation>
        </message>
        <message>
            <source>Protect face, hair and hands</source>
            <translation>顔・髪・手を保護</translation>
        </message>
        <message>
            <source>Fit mask</source>
            <translation>マスクを合わせる</translation>
        </message>
        <message numerus="yes">
            <source>%n pixel(s) of the old outfit show beside the mask</source>
            <translation>
                <numerusform>マスクの脇に元の衣装が %n ピクセル見えています</numerusform>
            </translation>
        </message>
        <message>
            <source>Character {number}</source>
            <translation>キャラクター {number}</translation>
        </message>
    </context>
    <context>
        <name>Fold</name>
        <message>
            <source>open</source>
            <translation>開いています</translation>
        </message>
        <message>
            <source>closed</source>
            <translation>閉じています</translation>
        </message>
    </context>
    <context>
        <name>JobsModel</name>
        <message>
            <source>Done</source>
            <translation>完了</translation>
        </message>
        <message>
            <source>Failed</source>
            <translation>失敗</translation>
        </message>
        <message>
            <source>Waiting</source>
            <translation>待機中</translation>
        </message>
        <message>
            <source>Waiting, done in about {time}</source>
            <translation>待機中、約 {time} 後に完了</translation>
        </message>
        <message>
            <source>Starting</source>
            <translation>開始中</translation>
        </message>
        <message>
            <source>Step {step} of {total}</source>
            <translation>ステップ {step} / {total}</translation>
        </message>
        <message>
            <source>{step}, {time} left</source>
            <translation>{step}、残り {time}</translation>
        </message>
    </context>
    <context>
        <name>KeysDialog</name>
        <message>
            <source>Keys</source>
            <translation>ショートカットキー</translation>
        </message>
    </context>
    <context>
        <name>LayerDelegate</name>
        <message>
            <source>Name of the garment</source>
            <translation>衣装の名前</translation>
        </message>
    </context>
    <context>
        <name>LayersModel</name>
        <message>
            <source>hidden</source>
            <translation>非表示</translation>
        </message>
        <message>
            <source>shown</source>
            <translation>表示</translation>
        </message>
        <message>
            <source>Mask</source>
            <translation>マスク</translation>
        </message>
        <message>
            <source>Original</source>
            <translation>元の画像</translation>
        </message>
        <message>
            <source>Where the next outfit is drawn. A click on the eye hides it (Space).</source>
            <translation>次の衣装を描く場所。目のアイコンで隠せます（スペース）。</translation>
        </message>
        <message>
            <source>The picture as it was opened. Nothing changes it.</source>
            <translation>開いたときの画像。何をしても変わりません。</translation>
        </message>
        <message>
            <source>Space shows or hides, F2 renames, Del deletes, Ctrl+Up and Ctrl+Down move</source>
            <translation>スペースで表示切替、F2 で名前変更、Del で削除、Ctrl+上／下 で移動</translation>
        </message>
    </context>
    <context>
        <name>LayersPanel</name>
        <message>
            <source>Layers</source>
            <translation>レイヤー</translation>
        </message>
        <message>
            <source>Opacity</source>
            <translation>不透明度</translation>
        </message>
        <message>
            <source> %</source>
            <translation> %</translation>
        </message>
        <message>
            <source>How much of the selected garment is seen</source>
            <translation>選んだ衣装の見える度合い</translation>
        </message>
        <message>
            <source>Move up</source>
            <translation>上へ</translation>
        </message>
        <message>
            <source>Move down</source>
            <translation>下へ</translation>
        </message>
        <message>
            <source>Use this garment's words and settings again</source>
            <translation>この衣装の言葉と設定をもう一度使う</translation>
        </message>
        <message>
            <source>Save this garment alone</source>
            <translation>この衣装だけを保存</translation>
        </message>
        <message>
            <source>Delete garment</source>
            <translation>衣装を削除</translation>
        </message>
    </context>
    <context>
        <name>LogDialog</name>
        <message>
            <source>Log</source>
            <translation>ログ</translation>
        </message>
        <message>
            <source>Copy</source>
            <translation>コピー</translation>
        </message>
    </context>
    <context>
        <name>MaskEdits</name>
        <message>
            <source>Clear mask</source>
            <translation>マスクを消去</translation>
        </message>
        <message>
            <source>Mask everything</source>
            <translation>すべてマスク</translation>
        </message>
        <message>
            <source>Invert mask</source>
            <translation>マスクを反転</translation>
        </message>
        <message>
            <source>Grow mask</source>
            <translation>マスクを広げる</translation>
        </message>
        <message>
            <source>Shrink mask</source>
            <translation>マスクを縮める</translation>
        </message>
        <message>
            <source>Soften mask</source>
            <translation>マスクをぼかす</translation>
        </message>
    </context>
    <context>
        <name>ModelPicker</name>
        <message>
            <source>Model</source>
            <translation>モデル</translation>
        </message>
        <message>
            <source>The model that draws the outfit</source>
            <translation>衣装を描くモデル</translation>
        </message>
        <message>
            <source>More models</source>
            <translation>ほかのモデル</translation>
        </message>
        <message>
            <source>Download, import and look after models (Ctrl+M)</source>
            <translation>モデルの入手・取り込み・管理（Ctrl+M）</translation>
        </message>
    </context>
    <context>
        <name>Models</name>
        <message>
            <source>paper dolls only</source>
            <translation>紙人形専用</translation>
        </message>
    </context>
    <context>
        <name>ModelsDialog</name>
        <message>
            <source>Models</source>
            <translation>モデル</translation>
        </message>
        <message>
            <source>Yours</source>
            <translation>手持ち</translation>
        </message>
        <message>
            <source>Get more</source>
            <translation>さらに入手</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>閉じる</translation>
        </message>
        <message>
            <source>Asking what there is to download</source>
            <translation>ダウンロードできるものを問い合わせ中</translation>
        </message>
        <message>
            <source>Importing</source>
            <translation>取り込み中</translation>
        </message>
        <message>
            <source>Reading every byte again</source>
            <translation>全バイトを読み直しています</translation>
        </message>
        <message>
            <source>Remove {names}? The files are deleted.</source>
            <translation>{names} を取り除きますか？ファイルは削除されます。</translation>
        </message>
        <message>
            <source>Remove</source>
            <translation>削除</translation>
        </message>
        <message>
            <source>Removing</source>
            <translation>削除中</translation>
        </message>
        <message>
            <source>Name</source>
            <translation>名前</translation>
        </message>
        <message>
            <source>What</source>
            <translation>内容</translation>
        </message>
        <message>
            <source>Size</source>
            <translation>サイズ</translation>
        </message>
        <message>
            <source>Licence</source>
            <translation>ライセンス</translation>
        </message>
        <message>
            <source>Your models</source>
            <translation>手持ちのモデル</translation>
        </message>
        <message>
            <source>Draw with it</source>
            <translation>これで描く</translation>
        </message>
        <message>
            <source>Makes it the panel's model</source>
            <translation>パネルのモデルにします</translation>
        </message>
        <message>
            <source>Import files ...</source>
            <translation>ファイルを取り込む...</translation>
        </message>
        <message>
            <source>Or drop them anywhere in this window</source>
            <translation>このウィンドウのどこにでもドロップできます</translation>
        </message>
        <message>
            <source>Import a folder ...</source>
            <translation>フォルダーを取り込む...</translation>
        </message>
        <message>
            <source>A model in diffusers' layout</source>
            <translation>diffusers 形式のモデル</translation>
        </message>
        <message>
            <source>Verify</source>
            <translation>検証</translation>
        </message>
        <message>
            <source>Reads every byte again</source>
            <translation>全バイトを読み直します</translation>
        </message>
        <message>
            <source>Deletes it from your models</source>
            <translation>手持ちのモデルから削除します</translation>
        </message>
        <message>
            <source>Search</source>
            <translation>検索</translation>
        </message>
        <message>
            <source>Search the models</source>
            <translation>モデルを検索</translation>
        </message>
        <message>
            <source>For which kind of model</source>
            <translation>対応するモデルの種類</translation>
        </message>
        <message>
            <source>All families</source>
            <translation>すべての系統</translation>
        </message>
        <message>
            <source>What it is</source>
            <translation>種別</translation>
        </message>
        <message>
            <source>Everything</source>
            <translation>すべて</translation>
        </message>
        <message>
            <source>Recommended</source>
            <translation>おすすめ</translation>
        </message>
        <message>
            <source>Free to use, checked, and good for anime</source>
            <translation>自由に使え、確認済みで、アニメ向き</translation>
        </message>
        <message>
            <source>For</source>
            <translation>対応</translation>
        </message>
        <message>
            <source>Models to download</source>
            <translation>ダウンロードできるモデル</translation>
        </message>
        <message>
            <source>Its page</source>
            <translation>ページ</translation>
        </message>
        <message>
            <source>In the browser</source>
            <translation>ブラウザーで開く</translation>
        </message>
        <message>
            <source>Download</source>
            <translation>ダウンロード</translation>
        </message>
        <message>
            <source>Shows the licence first</source>
            <translation>先にライセンスを表示します</translation>
        </message>
        <message>
            <source>comes with the program</source>
            <translation>付属</translation>
        </message>
        <message>
            <source>{title} (you have it)</source>
            <translation>{title}（入手済み）</translation>
        </message>
        <message>
            <source>any</source>
            <translation>すべて</translation>
        </message>
        <message numerus="yes">
            <source>%n model(s), {size} in all</source>
            <translation>
                <numerusform>モデル %n 個、計 {size}</numerusform>
            </translation>
        </message>
        <message>
            <source>Choose what to download.</source>
            <translation>ダウンロードするものを選んでください。</translation>
        </message>
        <message>
            <source>Weights ({patterns})</source>
            <translation>重みファイル ({patterns})</translation>
        </message>
        <message>
            <source>Import files</source>
            <translation>ファイルを取り込む</translation>
        </message>
        <message>
            <source>Import a folder</source>
            <translation>フォルダーを取り込む</translation>
        </message>
        <message>
            <source>Connecting</source>
            <translation>接続中</translation>
        </message>
        <message>
            <source>{done} of {total}</source>
            <translation>{done} / {total}</translation>
        </message>
        <message>
            <source>{size} a second</source>
            <translation>毎秒 {size}</translation>
        </message>
        <message>
            <source>{time} left</source>
            <translation>残り {time}</translation>
        </message>
        <message>
            <source>Models that draw</source>
            <translation>描画モデル</translation>
        </message>
        <message>
            <source>Control layers</source>
            <translation>コントロールレイヤー</translation>
        </message>
        <message>
            <source>Control layers (T2I-Adapters)</source>
            <translation>コントロールレイヤー（T2I-Adapter）</translation>
        </message>
        <message>
            <source>LoRAs</source>
            <translation>LoRA</translation>
        </message>
        <message>
            <source>Embeddings</source>
            <translation>埋め込み</translation>
        </message>
        <message>
            <source>Autoencoders</source>
            <translation>オートエンコーダー</translation>
        </message>
        <message>
            <source>Previews</source>
            <translation>プレビュー</translation>
        </message>
        <message>
            <source>Control images</source>
            <translation>コントロール画像</translation>
        </message>
        <message>
            <source>Smart click</source>
            <translation>スマートクリック</translation>
        </message>
        <message>
            <source>Find clothes</source>
            <translation>服を見つける</translation>
        </message>
        <message>
            <source>Find by words</source>
            <translation>言葉で探す</translation>
        </message>
        <message>
            <source>Ratings</source>
            <translation>レーティング</translation>
        </message>
        <message>
            <source>not commercial</source>
            <translation>非商用</translation>
        </message>
        <message>
            <source>account needed</source>
            <translation>アカウントが必要</translation>
        </message>
    </context>
    <context>
        <name>ModelsTask</name>
        <message>
            <source>The program's helper stopped: {reason}</source>
            <translation>補助プロセスが停止しました：{reason}</translation>
        </message>
    </context>
    <context>
        <name>NoticeBar</name>
        <message>
            <source>Next ({count} more)</source>
            <translation>次へ（あと {count} 件）</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>閉じる</translation>
        </message>
    </context>
    <context>
        <name>OutfitPanel</name>
        <message>
            <source>Not in the picture</source>
            <translation>描かないもの</translation>
        </message>
        <message>
            <source>Advanced</source>
            <translation>詳細設定</translation>
        </message>
        <message>
            <source>Choose model</source>
            <translation>モデルを選ぶ</translation>
        </message>
        <message>
            <source>Try: {outfit}</source>
            <translation>試す：{outfit}</translation>
        </message>
        <message>
            <source>Maid</source>
            <translation>メイド</translation>
        </message>
        <message>
            <source>School</source>
            <translation>制服</translation>
        </message>
        <message>
            <source>Kimono</source>
            <translation>着物</translation>
        </message>
        <message>
            <source>Choose outfit</source>
            <translation>衣装を選ぶ</translation>
        </message>
        <message>
            <source>Any shape</source>
            <translation>形は自由</translation>
        </message>
        <message>
            <source>Not in the picture ({count})</source>
            <translation>描かないもの（{count}）</translation>
        </message>
        <message>
            <source>The starter model does not know: {words}</source>
            <translation>スターターモデルが知らない言葉：{words}</translation>
        </message>
        <message>
            <source>New outfit</source>
            <translation>新しい衣装</translation>
        </message>
        <message>
            <source>Draws another outfit; nothing of the old one stays.</source>
            <translation>別の衣装を描きます。元の衣装は残りません。</translation>
        </message>
        <message>
            <source>Recolour</source>
            <translation>色替え</translation>
        </message>
        <message>
            <source>Keeps the garment's shape and folds, changes its colours.</source>
            <translation>服の形としわを残し、色だけを変えます。</translation>
        </message>
        <message>
            <source>Fix detail</source>
            <translation>細部を直す</translation>
        </message>
        <message>
            <source>Keeps the garment and redraws what went wrong.</source>
            <translation>服はそのまま、うまくいかなかった所を描き直します。</translation>
        </message>
        <message>
            <source>Remove</source>
            <translation>外す</translation>
        </message>
        <message>
            <source>Takes away an accessory or a coat and draws what is under it.</source>
            <translation>アクセサリーや上着を外し、その下を描きます。</translation>
        </message>
        <message>
            <source>red sailor uniform, white pleated skirt</source>
            <translation>red sailor uniform, white pleated skirt</translation>
        </message>
        <message>
            <source>blue dress</source>
            <translation>blue dress</translation>
        </message>
        <message>
            <source>what should be there: white collar, gold buttons</source>
            <translation>あるべきもの：white collar, gold buttons</translation>
        </message>
        <message>
            <source>what is under it: white shirt</source>
            <translation>その下にあるもの：white shirt</translation>
        </message>
        <message>
            <source>Choose intent</source>
            <translation>目的を選ぶ</translation>
        </message>
        <message>
            <source>Outfit</source>
            <translation>衣装</translation>
        </message>
        <message>
            <source>Outfit in words</source>
            <translation>衣装を言葉で</translation>
        </message>
        <message>
            <source>Garments and colours, with commas between them. Ctrl+Space offers tags, Ctrl+Up and Ctrl+Down weigh the tag under the cursor. Drop a table of Danbooru tags (CSV) here to complete with it.</source>
            <translation>服と色をカンマで区切って書きます。Ctrl+スペースでタグを提案、Ctrl+上／下でカーソル位置のタグの重みを変えます。Danbooru タグの表（CSV）をここにドロップすると補完に使えます。</translation>
        </message>
        <message>
            <source>What must not be in the picture</source>
            <translation>画像にあってはならないもの</translation>
        </message>
        <message>
            <source>What must not be drawn, with commas between</source>
            <translation>描いてはならないもの（カンマ区切り）</translation>
        </message>
        <message>
            <source>what must not be drawn</source>
            <translation>描かないもの</translation>
        </message>
        <message>
            <source>Shape of the outfit</source>
            <translation>衣装の形</translation>
        </message>
        <message>
            <source>The outline of the new outfit: the mask gets room for it, handles on the picture pull it</source>
            <translation>新しい衣装の輪郭。マスクにその余地を作り、画像上のハンドルで調整できます</translation>
        </message>
        <message>
            <source>Choose shape</source>
            <translation>形を選ぶ</translation>
        </message>
        <message>
            <source>Candidates</source>
            <translation>候補の数</translation>
        </message>
        <message>
            <source>How many are drawn, to choose from</source>
            <translation>選べるように何枚描くか</translation>
        </message>
        <message>
            <source>Shape</source>
            <translation>形</translation>
        </message>
        <message>
            <source>Seed</source>
            <translation>シード</translation>
        </message>
        <message>
            <source>Model</source>
            <translation>モデル</translation>
        </message>
    </context>
    <context>
        <name>PromiseBadge</name>
        <message>
            <source>0 pixels changed outside the mask</source>
            <translation>マスクの外で変わった画素は 0 です</translation>
        </message>
        <message>
            <source>Counted, pixel by pixel, in the candidate that is shown.</source>
            <translation>表示中の候補を 1 画素ずつ数えた結果です。</translation>
        </message>
        <message numerus="yes">
            <source>%n pixel(s) changed outside the mask</source>
            <translation>
                <numerusform>マスクの外で %n ピクセルが変わりました</numerusform>
            </translation>
        </message>
        <message>
            <source>This must never happen. Keep the original, and report it with the log.</source>
            <translation>起きてはならないことです。元の画像を残し、ログを添えて報告してください。</translation>
        </message>
        <message>
            <source>Grow</source>
            <translation>広げる</translation>
        </message>
        <message>
            <source>Grow the mask by {count} pixels, so that it takes in what shows.</source>
            <translation>見えている部分を含むようにマスクを {count} ピクセル広げます。</translation>
        </message>
        <message>
            <source>{share} % of the old outfit's colours are still there</source>
            <translation>元の衣装の色が {share} % 残っています</translation>
        </message>
        <message>
            <source>Draw again</source>
            <translation>描き直す</translation>
        </message>
        <message>
            <source>Draw again with another seed.</source>
            <translation>別のシードで描き直します。</translation>
        </message>
    </context>
    <context>
        <name>PromptEdit</name>
        <message>
            <source>Offered tags</source>
            <translation>タグの候補</translation>
        </message>
    </context>
    <context>
        <name>QueuePanel</name>
        <message>
            <source>Queue</source>
            <translation>キュー</translation>
        </message>
        <message>
            <source>Nothing is being drawn. What you dress next waits here.</source>
            <translation>描画中のものはありません。次の着せ替えはここに並びます。</translation>
        </message>
        <message>
            <source>Earlier</source>
            <translation>前へ</translation>
        </message>
        <message>
            <source>Later</source>
            <translation>後へ</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>やり直す</translation>
        </message>
        <message>
            <source>Cancel this one, or take it off the list</source>
            <translation>これを中止、または一覧から外す</translation>
        </message>
        <message>
            <source>Clear what is finished</source>
            <translation>終わったものを消去</translation>
        </message>
        <message>
            <source>Cancel everything</source>
            <translation>すべて中止</translation>
        </message>
    </context>
    <context>
        <name>Readiness</name>
        <message>
            <source>Getting ready ...</source>
            <translation>準備中...</translation>
        </message>
        <message>
            <source>Ready</source>
            <translation>準備完了</translation>
        </message>
        <message>
            <source>Being loaded ...</source>
            <translation>読み込み中...</translation>
        </message>
        <message>
            <source>Not ready</source>
            <translation>準備できていません</translation>
        </message>
        <message>
            <source>The engine stopped and is being started again; what it was drawing is drawn again</source>
            <translation>エンジンが停止したため再起動しています。描画中のものは描き直します</translation>
        </message>
        <message>
            <source>The engine is not running</source>
            <translation>エンジンが動いていません</translation>
        </message>
    </context>
    <context>
        <name>RecoveryDialog</name>
        <message>
            <source>Unsaved work</source>
            <translation>未保存の作品</translation>
        </message>
        <message>
            <source>The program ended before this work was saved. What do you want back?</source>
            <translation>保存する前にプログラムが終了しました。どれを復元しますか？</translation>
        </message>
        <message>
            <source>Restore</source>
            <translation>復元</translation>
        </message>
        <message>
            <source>Delete</source>
            <translation>削除</translation>
        </message>
        <message>
            <source>Deletes the selected work for good</source>
            <translation>選んだ作品を完全に削除します</translation>
        </message>
        <message>
            <source>Later</source>
            <translation>後で</translation>
        </message>
        <message>
            <source>Keeps it for the next start, or for File &gt; Recover unsaved work</source>
            <translation>次回の起動時、または「ファイル &gt; 未保存の作品を復元」のために残します</translation>
        </message>
        <message>
            <source>Untitled</source>
            <translation>無題</translation>
        </message>
    </context>
    <context>
        <name>Row</name>
        <message>
            <source>Take away {name}</source>
            <translation>{name} を外す</translation>
        </message>
        <message>
            <source>Strength</source>
            <translation>強さ</translation>
        </message>
        <message>
            <source>From</source>
            <translation>開始</translation>
        </message>
        <message>
            <source>to</source>
            <translation>終了</translation>
        </message>
        <message>
            <source> %</source>
            <translation> %</translation>
        </message>
        <message>
            <source>{word} this share of the steps</source>
            <translation>{word}：ステップの割合</translation>
        </message>
        <message>
            <source>The share of the steps in which this layer acts</source>
            <translation>このレイヤーが働くステップの範囲</translation>
        </message>
    </context>
    <context>
        <name>Safekeeping</name>
        <message>
            <source>There is no unsaved work of other times</source>
            <translation>以前の未保存の作品はありません</translation>
        </message>
    </context>
    <context>
        <name>SeedField</name>
        <message>
            <source>Seed</source>
            <translation>シード</translation>
        </message>
        <message>
            <source>The same seed and settings draw the same outfit again</source>
            <translation>同じシードと設定なら同じ衣装が描かれます</translation>
        </message>
        <message>
            <source>Roll another seed</source>
            <translation>別のシードを振る</translation>
        </message>
        <message>
            <source>Roll another seed (Alt+R)</source>
            <translation>別のシードを振る（Alt+R）</translation>
        </message>
        <message>
            <source>Keep the seed</source>
            <translation>シードを固定</translation>
        </message>
        <message>
            <source>The seed stays (Alt+L)</source>
            <translation>シードは固定（Alt+L）</translation>
        </message>
        <message>
            <source>A new seed for every run (Alt+L)</source>
            <translation>毎回新しいシード（Alt+L）</translation>
        </message>
    </context>
    <context>
        <name>Sentences</name>
        <message>
            <source>'{1}' is damaged or cut off: export, copy or download it again.</source>
            <translation>「{1}」は壊れているか、途中で切れています。書き出し、コピー、ダウンロードのいずれかをやり直してください。</translation>
        </message>
        <message>
            <source>'{1}' is not a picture this program can read: use one of {2}.</source>
            <translation>「{1}」はこのプログラムで読める画像ではありません。次のどれかを使ってください：{2}。</translation>
        </message>
        <message>
            <source>'{1}' is too large{2}: scale it down to at most {3} million pixels.</source>
            <translation>「{1}」は大きすぎます{2}。{3} メガピクセル以下に縮小してください。</translation>
        </message>
        <message>
            <source>'{1}' is too small ({2}): each side needs at least {3} pixels.</source>
            <translation>「{1}」は小さすぎます（{2}）。各辺に {3} ピクセル以上が必要です。</translation>
        </message>
        <message>
            <source>'{1}' is partly transparent: its transparency is kept.</source>
            <translation>「{1}」には透明な部分があります。透明度はそのまま残ります。</translation>
        </message>
        <message>
            <source>'{1}' is white all along its border: white is repainted, so invert it if black was meant.</source>
            <translation>「{1}」は縁がすべて白です。白い部分が描き直されるので、黒のつもりだった場合は反転してください。</translation>
        </message>
        <message>
            <source>'{1}' was turned upright, as its EXIF orientation asks.</source>
            <translation>「{1}」を EXIF の向きに従って正しい向きに回しました。</translation>
        </message>
        <message>
            <source>'{1}' is {2}: its colours were converted to sRGB.</source>
            <translation>「{1}」は {2} です。色を sRGB に変換しました。</translation>
        </message>
        <message>
            <source>'{1}' has paint on a transparent ground: whatever is painted gets repainted.</source>
            <translation>「{1}」は透明な地に塗られています。塗られた部分が描き直されます。</translation>
        </message>
        <message>
            <source>'{1}' has colours this program cannot read: save it as an 8-bit RGB PNG.</source>
            <translation>「{1}」の色はこのプログラムでは読めません。8 ビット RGB の PNG で保存してください。</translation>
        </message>
        <message>
            <source>'{1}' is a folder, not a picture: name a file in it.</source>
            <translation>「{1}」は画像ではなくフォルダーです。その中のファイルを指定してください。</translation>
        </message>
        <message>
            <source>'{1}' is no ordinary file: name a picture.</source>
            <translation>「{1}」は通常のファイルではありません。画像を指定してください。</translation>
        </message>
        <message>
            <source>'{1}' is empty (0 bytes): export or copy it again.</source>
            <translation>「{1}」は空です（0 バイト）。もう一度書き出すかコピーしてください。</translation>
        </message>
        <message>
            <source>'{1}' cannot be read ({2}).</source>
            <translation>「{1}」を読み込めません（{2}）。</translation>
        </message>
        <message>
            <source>'{1}' cannot be read: you lack the permission; change it or use a copy.</source>
            <translation>「{1}」を読み込めません。読み取りの権限がありません。権限を変えるか、コピーを使ってください。</translation>
        </message>
        <message>
            <source>'{1}' holds {2} frames: the first is used.</source>
            <translation>「{1}」には {2} 個のフレームがあります。最初のフレームを使います。</translation>
        </message>
        <message>
            <source>'{1}' carries no recipe: only a PNG made by ccnet, and not saved again by another program, has one.</source>
            <translation>「{1}」にはレシピがありません。レシピがあるのは、ccnet が作り、ほかのプログラムで保存し直していない PNG だけです。</translation>
        </message>
        <message>
            <source>'{1}' was changed after ccnet made it, so its input is lost: use the file as ccnet saved it.</source>
            <translation>「{1}」は ccnet が作った後に変更されたため、元の入力が失われています。ccnet が保存したままのファイルを使ってください。</translation>
        </message>
        <message>
            <source>The recipe in '{1}' has format {2} but this version reads at most format {3}: use the version of ccnet that made it.</source>
            <translation>「{1}」のレシピは形式 {2} ですが、この版で読めるのは形式 {3} までです。作成した版の ccnet を使ってください。</translation>
        </message>
        <message>
            <source>The recipe in '{1}' is damaged: use the file as ccnet saved it.</source>
            <translation>「{1}」のレシピは壊れています。ccnet が保存したままのファイルを使ってください。</translation>
        </message>
        <message>
            <source>'{1}' is damaged or no project ({2}): use a copy of it, or open a picture.</source>
            <translation>「{1}」は壊れているか、プロジェクトではありません（{2}）。コピーを使うか、画像を開いてください。</translation>
        </message>
        <message>
            <source>There is no file '{1}': check its name.</source>
            <translation>ファイル「{1}」がありません。名前を確認してください。</translation>
        </message>
        <message>
            <source>'{1}' was saved by a newer version of this program (format {2}, this one reads {3}): open it with that version.</source>
            <translation>「{1}」はこのプログラムの新しい版で保存されています（形式 {2}、この版で読めるのは {3}）。その版で開いてください。</translation>
        </message>
        <message>
            <source>'{1}' is too small: each side needs at least {2} pixels.</source>
            <translation>「{1}」は小さすぎます。各辺に {2} ピクセル以上が必要です。</translation>
        </message>
        <message>
            <source>'{1}' is cut off: what is left of it was opened; save it under another name.</source>
            <translation>「{1}」は途中で切れています。残っている部分を開きました。別の名前で保存してください。</translation>
        </message>
        <message>
            <source>'{1}' could not be saved because {2}.</source>
            <translation>「{1}」を保存できませんでした。{2}。</translation>
        </message>
        <message>
            <source>'{1}' could not be exported because {2}.</source>
            <translation>「{1}」を書き出せませんでした。{2}。</translation>
        </message>
        <message>
            <source>'{1}' could not be written ({2}): make room or name another --out folder.</source>
            <translation>「{1}」に書き込めませんでした（{2}）。空きを作るか、--out に別のフォルダーを指定してください。</translation>
        </message>
        <message>
            <source>Unsaved work cannot be kept in '{1}' because {2}.</source>
            <translation>未保存の作品を「{1}」に残せません。{2}。</translation>
        </message>
        <message>
            <source>A PSD file holds at most {1} pixels a side: save a project instead.</source>
            <translation>PSD ファイルの一辺は {1} ピクセルまでです。代わりにプロジェクトとして保存してください。</translation>
        </message>
        <message>
            <source>A mask of {1} does not fit a picture of {2}.</source>
            <translation>{1} のマスクは {2} の画像に合いません。</translation>
        </message>
        <message>
            <source>The picture was saved without a recipe: its topmost garment was not drawn for what lies beneath it now.</source>
            <translation>画像はレシピなしで保存しました。一番上の衣装は、今その下にあるものに合わせて描かれたものではないためです。</translation>
        </message>
        <message>
            <source>It is not known how "{1}" was drawn.</source>
            <translation>「{1}」をどのように描いたかは分かりません。</translation>
        </message>
        <message>
            <source>The picture is wholly transparent: there is nobody in it to dress.</source>
            <translation>画像全体が透明です。着せ替える相手がいません。</translation>
        </message>
        <message>
            <source>No character was found in the picture: paint a mask by hand, or use another parser.</source>
            <translation>画像にキャラクターが見つかりませんでした。マスクを手で描くか、別の認識器を使ってください。</translation>
        </message>
        <message>
            <source>No character was found in the picture: paint the mask by hand, or choose another parser.</source>
            <translation>画像にキャラクターが見つかりませんでした。マスクを手で描くか、別の認識器を選んでください。</translation>
        </message>
        <message>
            <source>No character was found in the picture: paint the mask by hand, or click on the character.</source>
            <translation>画像にキャラクターが見つかりませんでした。マスクを手で描くか、キャラクターをクリックしてください。</translation>
        </message>
        <message>
            <source>{1} characters were found and the largest was taken: choose another by a point on it or by its number, 1 being the largest.</source>
            <translation>キャラクターが {1} 人見つかり、一番大きい人を選びました。別の人は、その上の点か番号（1 が一番大きい人）で選んでください。</translation>
        </message>
        <message>
            <source>{1} characters were found; the largest is used.</source>
            <translation>キャラクターが {1} 人見つかりました。一番大きい人を使います。</translation>
        </message>
        <message>
            <source>No face was found: the room for the new outfit is a guess, look at the mask.</source>
            <translation>顔が見つかりませんでした。新しい衣装の余地は推測です。マスクを確認してください。</translation>
        </message>
        <message>
            <source>No clothes were found on the character; found: {1}. Paint the mask by hand.</source>
            <translation>キャラクターに服が見つかりませんでした。見つかったもの：{1}。マスクを手で描いてください。</translation>
        </message>
        <message>
            <source>No {1} found; found: {2}.</source>
            <translation>{1}が見つかりません。見つかったもの：{2}。</translation>
        </message>
        <message>
            <source>No "{1}" was found; found: {2}.</source>
            <translation>「{1}」が見つかりませんでした。見つかったもの：{2}。</translation>
        </message>
        <message>
            <source>No "{1}" was found{2}: use another word, or click on it instead.</source>
            <translation>「{1}」が見つかりませんでした{2}。別の言葉を使うか、代わりにクリックしてください。</translation>
        </message>
        <message>
            <source>No "{1}" was found on this character: choose another one, or other words.</source>
            <translation>このキャラクターに「{1}」が見つかりませんでした。別のキャラクターを選ぶか、別の言葉を使ってください。</translation>
        </message>
        <message>
            <source>No outerwear found over the dress: give the dress a new look instead.</source>
            <translation>ワンピースの上にジャケット／コートが見つかりません。外す代わりに、ワンピースの見た目を変えてください。</translation>
        </message>
        <message>
            <source>No outerwear found; found: {1}.</source>
            <translation>ジャケット／コートが見つかりません。見つかったもの：{1}。</translation>
        </message>
        <message>
            <source>No slots are chosen: choose from {1}.</source>
            <translation>服の種類が選ばれていません。次から選んでください：{1}。</translation>
        </message>
        <message>
            <source>Nothing is left of the mask: protect less of the picture, or point at something else.</source>
            <translation>マスクに何も残りません。保護範囲を減らすか、別のものを指してください。</translation>
        </message>
        <message>
            <source>Nothing is left to repaint: everything that the mask would cover is protected.</source>
            <translation>描き直す部分が残っていません。マスクする部分がすべて保護されています。</translation>
        </message>
        <message>
            <source>Only {1} can be removed: give the {2} a new look instead.</source>
            <translation>外せるのは次のものだけです：{1}。{2}は外さずに、見た目を変えてください。</translation>
        </message>
        <message>
            <source>Only accessories and outer garments can be removed ({1}), not the {2}: name the outfit to put on instead.</source>
            <translation>外せるのはアクセサリーと上着だけです（{1}）。{2}は外せません。代わりに着せる衣装を書いてください。</translation>
        </message>
        <message>
            <source>Name what is to be removed, one or more of: {1}.</source>
            <translation>外すものを次から 1 つ以上選んでください：{1}。</translation>
        </message>
        <message>
            <source>What was pointed at is the {1}, which cannot be removed: name the outfit to put on instead.</source>
            <translation>指しているのは{1}で、外すことはできません。代わりに着せる衣装を書いてください。</translation>
        </message>
        <message>
            <source>The point {1}, {2} lies outside the picture, which is {3} x {4} pixels.</source>
            <translation>位置 {1}, {2} は画像の外です。画像は {3} x {4} ピクセルです。</translation>
        </message>
        <message>
            <source>The point {1}, {2} lies outside the picture, which is {3} x {4} pixels: click inside it.</source>
            <translation>位置 {1}, {2} は画像の外です。画像は {3} x {4} ピクセルです。画像の中をクリックしてください。</translation>
        </message>
        <message>
            <source>The picture is transparent at {1}, {2}: click on a garment.</source>
            <translation>画像の位置 {1}, {2} は透明です。服をクリックしてください。</translation>
        </message>
        <message>
            <source>There is only background at {1}, {2}: point at a character.</source>
            <translation>位置 {1}, {2} には背景しかありません。キャラクターを指してください。</translation>
        </message>
        <message>
            <source>There is no character {1} in the picture: {2}.</source>
            <translation>画像にキャラクター {1} はいません（{2}）。</translation>
        </message>
        <message>
            <source>The box is {1} x {2} pixels: draw one around a garment.</source>
            <translation>枠の大きさは {1} x {2} ピクセルです。服を囲むように描いてください。</translation>
        </message>
        <message>
            <source>The box lies outside the picture, which is {1} x {2} pixels: draw one inside it.</source>
            <translation>枠は画像の外です。画像は {1} x {2} ピクセルです。画像の中に描いてください。</translation>
        </message>
        <message>
            <source>Nothing was found {1}: click on the middle of a garment, or draw a box around it.</source>
            <translation>{1}は何も見つかりませんでした。服の中央をクリックするか、枠で囲んでください。</translation>
        </message>
        <message>
            <source>Nothing was {1}: click on a garment, or draw a box around it.</source>
            <translation>{1}場所がありません。服をクリックするか、枠で囲んでください。</translation>
        </message>
        <message>
            <source>That is the background: click on a garment, or draw a box around it.</source>
            <translation>そこは背景です。服をクリックするか、枠で囲んでください。</translation>
        </message>
        <message>
            <source>The rough mask is empty: paint over the garment first, or click on it.</source>
            <translation>大まかなマスクが空です。先に服の上を塗るか、服をクリックしてください。</translation>
        </message>
        <message>
            <source>There are no words to look for: name what is to be found, such as "ribbon".</source>
            <translation>探す言葉がありません。「ribbon」のように、見つけたいものを書いてください。</translation>
        </message>
        <message>
            <source>{1} words are too many to look for at once: use fewer.</source>
            <translation>{1} 語を一度に探すことはできません。言葉を減らしてください。</translation>
        </message>
        <message>
            <source>The mask is empty: paint over the outfit first.</source>
            <translation>マスクが空です。先に衣装の上を塗ってください。</translation>
        </message>
        <message>
            <source>The mask covers the whole picture: leave out what must stay as it is.</source>
            <translation>マスクが画像全体を覆っています。そのまま残す部分は外してください。</translation>
        </message>
        <message>
            <source>The old garment shows beside the mask ({1} pixels): grow the mask by {2}.</source>
            <translation>マスクの脇に元の衣装が {1} ピクセル見えています。マスクを {2}広げてください。</translation>
        </message>
        <message>
            <source>, </source>
            <translation>、</translation>
        </message>
        <message>
            <source>1 pixel</source>
            <translation>1 ピクセル</translation>
        </message>
        <message>
            <source>{1} pixels</source>
            <translation>{1} ピクセル</translation>
        </message>
        <message>
            <source>Seed {1}: {2} of what was drawn has the old garment's colours: try another seed, or grow the mask.</source>
            <translation>シード {1}：描かれた部分の {2} に元の衣装の色が残っています。別のシードを試すか、マスクを広げてください。</translation>
        </message>
        <message>
            <source>This result was withheld because {1}: try another seed or other words.</source>
            <translation>この結果は表示を控えました（{1}）。別のシードか別の言葉を試してください。</translation>
        </message>
        <message>
            <source>There was not enough memory to draw at about {1}: this was drawn at about {2}.</source>
            <translation>約 {1} で描くにはメモリが足りなかったため、約 {2} で描きました。</translation>
        </message>
        <message>
            <source>There is not enough memory to draw at about {1}: use a smaller resolution, draw fewer images at once, or close other programs.</source>
            <translation>約 {1} で描くにはメモリが足りません。解像度を下げるか、一度に描く枚数を減らすか、ほかのプログラムを閉じてください。</translation>
        </message>
        <message>
            <source>There is not enough memory to {1}: close other programs, use a smaller resolution or model, or let the model lie in the machine's memory (offload).</source>
            <translation>{1}にはメモリが足りません。ほかのプログラムを閉じるか、解像度やモデルを小さくするか、モデルをマシンのメモリに置いてください（offload）。</translation>
        </message>
        <message>
            <source>There is not enough memory.</source>
            <translation>メモリが足りません。</translation>
        </message>
        <message>
            <source>Something went wrong in the engine, {1} ({2}): the log tells more.</source>
            <translation>エンジンで問題が起きました：{1}（{2}）。詳しくはログを見てください。</translation>
        </message>
        <message>
            <source>The engine was lost twice during {1}, it {2}: {3}; else look into its log.</source>
            <translation>{1}の途中でエンジンが 2 回失われました。最後は{2}。{3}。そうでない場合は、エンジンのログを確認してください。</translation>
        </message>
        <message>
            <source>The engine cannot be started (exit code {1}): look into its log.</source>
            <translation>エンジンを起動できません（終了コード {1}）。エンジンのログを確認してください。</translation>
        </message>
        <message>
            <source>The engine cannot be started ({1}): restart the program or the machine.</source>
            <translation>エンジンを起動できません（{1}）。プログラムかマシンを再起動してください。</translation>
        </message>
        <message>
            <source>The engine {1}. It is started again.</source>
            <translation>エンジンが{1}。再起動しています。</translation>
        </message>
        <message>
            <source>There is no LoRA called "{1}": take its tag out of the prompt.</source>
            <translation>「{1}」という LoRA はありません。プロンプトからそのタグを取り除いてください。</translation>
        </message>
        <message>
            <source>The tag "{1}" cannot be read: write it as &lt;lora:name:0.8&gt;, with a point in the number.</source>
            <translation>タグ「{1}」を読み取れません。&lt;lora:name:0.8&gt; のように、数値の小数点にはピリオドを使って書いてください。</translation>
        </message>
        <message>
            <source>The LoRA {1} is asked for in the negative prompt: put its tag into the prompt, with a scale below 0 to turn it round.</source>
            <translation>LoRA {1} がネガティブプロンプト（描かないもの）で指定されています。タグをプロンプトに移し、逆に効かせるには 0 より小さい値を付けてください。</translation>
        </message>
        <message>
            <source>A strength of {1} leaves none of {2} steps to run: raise one.</source>
            <translation>変化の強さ {1} では、{2} ステップのうち 1 つも実行されません。どちらかを上げてください。</translation>
        </message>
        <message>
            <source>The seed is too large for {1} images: at most {2} in all.</source>
            <translation>{1} 枚の画像にはシードが大きすぎます。全体で {2} までです。</translation>
        </message>
        <message>
            <source>{1} must be a number from {2} to {3}, not {4}.</source>
            <translation>{1} には {2} から {3} までの数を指定してください（{4} は使えません）。</translation>
        </message>
        <message>
            <source>{1} must be a whole number from {2} to {3}, not {4}.</source>
            <translation>{1} には {2} から {3} までの整数を指定してください（{4} は使えません）。</translation>
        </message>
        <message>
            <source>The embedding "{1}" was left out ({2}).</source>
            <translation>埋め込み「{1}」は使いませんでした（{2}）。</translation>
        </message>
        <message>
            <source>The model "{1}" has no ControlNet: its folder lacks controlnet/.</source>
            <translation>モデル「{1}」には ControlNet がありません。フォルダーに controlnet/ がありません。</translation>
        </message>
        <message>
            <source>The model's numbers grew past what they are computed in, so that there is no picture: use it in bfloat16 or float32 instead of float16.</source>
            <translation>モデルの数値が計算できる範囲を超えたため、画像を描けませんでした。float16 ではなく bfloat16 か float32 で使ってください。</translation>
        </message>
        <message>
            <source>No inpainting ControlNet for {1} is among your models, so that what is drawn hardly knows what surrounds it: get {2} in the models window.</source>
            <translation>手持ちのモデルに {1} 用のインペイント ControlNet がないため、描くときに周りがほとんど考慮されません。「モデル」ウィンドウで {2} を入手してください。</translation>
        </message>
        <message>
            <source>A fast mode is for models of SD1.5 and SDXL, not for "{1}": use fewer steps.</source>
            <translation>高速モードは SD1.5 と SDXL のモデル用で、「{1}」では使えません。ステップ数を減らしてください。</translation>
        </message>
        <message>
            <source>The fast mode "{1}" needs the LoRA {2}: ccnet models download {3}.</source>
            <translation>高速モード「{1}」には LoRA {2} が必要です：ccnet models download {3}</translation>
        </message>
        <message>
            <source>OpenPose is licensed by Carnegie Mellon University for non-commercial use only.</source>
            <translation>OpenPose は、カーネギーメロン大学 (Carnegie Mellon University) により非商用に限って使用が許諾されています。</translation>
        </message>
        <message>
            <source>No pose was found in the picture: use another control, such as lineart or canny.</source>
            <translation>画像にポーズが見つかりませんでした。線画 (lineart) やエッジ (canny) など、ほかのコントロールを使ってください。</translation>
        </message>
        <message>
            <source>No regions were found in the picture: use another control, such as lineart or canny.</source>
            <translation>画像に領域が見つかりませんでした。線画 (lineart) やエッジ (canny) など、ほかのコントロールを使ってください。</translation>
        </message>
        <message>
            <source>This is no card of the wardrobe.</source>
            <translation>これはワードローブのカードではありません。</translation>
        </message>
        <message>
            <source>This card was made by a newer version of the program: update it to use the card.</source>
            <translation>このカードはプログラムの新しい版で作られています。使うにはプログラムを更新してください。</translation>
        </message>
        <message>
            <source>{1} is no card of the wardrobe, only a picture.</source>
            <translation>{1} はワードローブのカードではなく、ただの画像です。</translation>
        </message>
        <message>
            <source>This card is damaged: what it says of the outfit cannot be read.</source>
            <translation>このカードは壊れています。衣装についての内容を読み取れません。</translation>
        </message>
        <message>
            <source>{1} cannot be read as a card: {2}.</source>
            <translation>{1} をカードとして読み込めません：{2}。</translation>
        </message>
        <message>
            <source>{1} cannot be read as a card: it is no whole PNG.</source>
            <translation>{1} をカードとして読み込めません。PNG として不完全です。</translation>
        </message>
        <message>
            <source>{1} is a damaged card: what it says of the outfit cannot be read.</source>
            <translation>{1} は壊れたカードです。衣装についての内容を読み取れません。</translation>
        </message>
        <message>
            <source>{1} is too large for a card.</source>
            <translation>{1} はカードとしては大きすぎます。</translation>
        </message>
        <message>
            <source>{1} holds no tags: its rows must be tag, category, count, aliases.</source>
            <translation>{1} にはタグがありません。各行はタグ、カテゴリー、件数、別名の順でなければなりません。</translation>
        </message>
        <message>
            <source>{1} is too large for a table of tags: choose a smaller one.</source>
            <translation>{1} はタグの表としては大きすぎます。もっと小さいものを選んでください。</translation>
        </message>
        <message>
            <source>{1} is no table of tags: it must be a CSV file in UTF-8.</source>
            <translation>{1} はタグの表ではありません。UTF-8 の CSV ファイルが必要です。</translation>
        </message>
        <message>
            <source>There is no model {1}: check the path.</source>
            <translation>モデル {1} がありません。パスを確認してください。</translation>
        </message>
        <message>
            <source>There is no model "{1}": none was imported or downloaded yet.</source>
            <translation>モデル「{1}」はありません。まだ何も取り込みもダウンロードもされていません。</translation>
        </message>
        <message>
            <source>There is no file or folder {1}: check the path.</source>
            <translation>ファイルまたはフォルダー {1} がありません。パスを確認してください。</translation>
        </message>
        <message>
            <source>There is already a model "{1}": remove it first, or give another name.</source>
            <translation>モデル「{1}」はすでにあります。先にそれを削除するか、別の名前を付けてください。</translation>
        </message>
        <message>
            <source>"{1}" is the name of a known model: give another one.</source>
            <translation>「{1}」は既知のモデルの名前です。別の名前を付けてください。</translation>
        </message>
        <message>
            <source>{1} leaves no name for a model: give one with letters or digits.</source>
            <translation>{1} からはモデルの名前を作れません。英字か数字を含む名前を付けてください。</translation>
        </message>
        <message>
            <source>{1} is no model that CC_ControlNet knows: it works with SD1.5 and SDXL.</source>
            <translation>{1} は CC_ControlNet の知らないモデルです。使えるのは SD1.5 と SDXL です。</translation>
        </message>
        <message>
            <source>{1} is {2}; CC_ControlNet works with SD1.5 and SDXL.</source>
            <translation>{1} は {2} です。CC_ControlNet で使えるのは SD1.5 と SDXL です。</translation>
        </message>
        <message>
            <source>{1} is neither a file nor a folder: it cannot be imported.</source>
            <translation>{1} はファイルでもフォルダーでもないため、取り込めません。</translation>
        </message>
        <message>
            <source>{1} is no folder in diffusers' layout, it has no model_index.json: name one that is, or a file.</source>
            <translation>{1} は diffusers 形式のフォルダーではありません。model_index.json がありません。diffusers 形式のフォルダーか、ファイルを指定してください。</translation>
        </message>
        <message>
            <source>{1} describes no Stable Diffusion model, it has no unet/: name the folder of one.</source>
            <translation>{1} は Stable Diffusion モデルではありません。unet/ がありません。Stable Diffusion モデルのフォルダーを指定してください。</translation>
        </message>
        <message>
            <source>{1} holds no weights: get the model again.</source>
            <translation>{1} には重みがありません。モデルを入手し直してください。</translation>
        </message>
        <message>
            <source>{1} holds no tensors: get it again.</source>
            <translation>{1} にはテンソルがありません。入手し直してください。</translation>
        </message>
        <message>
            <source>{1} is empty: get it again.</source>
            <translation>{1} は空です。入手し直してください。</translation>
        </message>
        <message>
            <source>{1} is truncated: get it again.</source>
            <translation>{1} は途中で切れています。入手し直してください。</translation>
        </message>
        <message>
            <source>{1} is truncated or damaged: get it again.</source>
            <translation>{1} は途中で切れているか、壊れています。入手し直してください。</translation>
        </message>
        <message>
            <source>{1} is truncated, {2} of its {3} bytes are there: get it again.</source>
            <translation>{1} は途中で切れていて、{3} バイトのうち {2} バイトしかありません。入手し直してください。</translation>
        </message>
        <message>
            <source>{1} is damaged, {2} bytes follow its end: get it again.</source>
            <translation>{1} は壊れていて、終わりの後に余分な {2} バイトがあります。入手し直してください。</translation>
        </message>
        <message>
            <source>{1} is damaged, its header makes no sense: get it again.</source>
            <translation>{1} は壊れていて、ヘッダーの内容がおかしくなっています。入手し直してください。</translation>
        </message>
        <message>
            <source>{1} is no safetensors file: get it again.</source>
            <translation>{1} は safetensors ファイルではありません。入手し直してください。</translation>
        </message>
        <message>
            <source>{1} is a pickle that was renamed: get the real safetensors file.</source>
            <translation>{1} は名前を変えただけの pickle ファイルです。本物の safetensors ファイルを入手してください。</translation>
        </message>
        <message>
            <source>{1} is a Git LFS pointer, not the weights: run `git lfs pull`.</source>
            <translation>{1} は重みではなく Git LFS のポインターです。`git lfs pull` を実行してください。</translation>
        </message>
        <message>
            <source>{1} is a GGUF file, quantised for another program: get the model as a safetensors file.</source>
            <translation>{1} はほかのプログラム用に量子化された GGUF ファイルです。モデルを safetensors ファイルで入手してください。</translation>
        </message>
        <message>
            <source>{1} is a pickle that asks for {2}, which can run any code: get the model as a safetensors file.</source>
            <translation>{1} は pickle ファイルで、任意のコードを実行できる {2} を要求しています。モデルを safetensors ファイルで入手してください。</translation>
        </message>
        <message>
            <source>{1} is a pickle that cannot be opened safely: get the model as a safetensors file.</source>
            <translation>{1} は安全に開けない pickle ファイルです。モデルを safetensors ファイルで入手してください。</translation>
        </message>
        <message>
            <source>{1} is a TorchScript program, not weights: get the model as a safetensors file.</source>
            <translation>{1} は重みではなく TorchScript プログラムです。モデルを safetensors ファイルで入手してください。</translation>
        </message>
        <message>
            <source>{1} cannot be read: {2}.</source>
            <translation>{1} を読み込めません：{2}。</translation>
        </message>
        <message>
            <source>{1} changed while it was copied: wait until it is finished and import it again.</source>
            <translation>{1} はコピー中に変わりました。書き込みが終わるのを待って、もう一度取り込んでください。</translation>
        </message>
        <message>
            <source>{1} was pruned, it has no VAE of its own: name one with --vae.</source>
            <translation>{1} は一部を省いたファイルで、VAE がありません。--vae で指定してください。</translation>
        </message>
        <message>
            <source>{1} was pruned, it lacks its {2}: get the whole checkpoint.</source>
            <translation>{1} は一部を省いたファイルで、{2} がありません。完全なチェックポイントを入手してください。</translation>
        </message>
        <message>
            <source>The model {1} is missing: get the model again or name another one.</source>
            <translation>モデル {1} がありません。モデルを入手し直すか、別のモデルを指定してください。</translation>
        </message>
        <message>
            <source>The model's folder {1} is missing: get the model again or name another one.</source>
            <translation>モデルのフォルダー {1} がありません。モデルを入手し直すか、別のモデルを指定してください。</translation>
        </message>
        <message>
            <source>{1} cannot be loaded, its files are damaged: get the model again.</source>
            <translation>{1} を読み込めません。ファイルが壊れています。モデルを入手し直してください。</translation>
        </message>
        <message>
            <source>{1} cannot be loaded: config and weights do not fit ({2}).</source>
            <translation>{1} を読み込めません。設定と重みが合いません（{2}）。</translation>
        </message>
        <message>
            <source>{1} of the model {2} is gone: {3} the model again.</source>
            <translation>モデル {2} の {1} がなくなっています。モデルの{3}をやり直してください。</translation>
        </message>
        <message>
            <source>{1} of the model {2} is damaged, it is not what was filed: {3} the model again.</source>
            <translation>モデル {2} の {1} は壊れていて、登録したときと内容が違います。モデルの{3}をやり直してください。</translation>
        </message>
        <message>
            <source>There is no room for {1} in {2}: free some, or set CCNET_HOME to a folder on another disk.</source>
            <translation>{2} に {1} を置く空きがありません。空きを作るか、CCNET_HOME に別のディスクのフォルダーを設定してください。</translation>
        </message>
        <message>
            <source>There is no room for {1} in {2}: free some, or set HF_HOME to a folder on another disk.</source>
            <translation>{2} に {1} を置く空きがありません。空きを作るか、HF_HOME に別のディスクのフォルダーを設定してください。</translation>
        </message>
        <message>
            <source>{1} may not be read or written: change its permissions, or set CCNET_HOME to a folder of yours.</source>
            <translation>{1} を読み書きする権限がありません。権限を変えるか、CCNET_HOME に自分のフォルダーを設定してください。</translation>
        </message>
        <message>
            <source>{1} may not be written: change its permissions, or set HF_HOME.</source>
            <translation>{1} に書き込む権限がありません。権限を変えるか、HF_HOME を設定してください。</translation>
        </message>
        <message>
            <source>{1} disappeared while it was needed: check the disk and try again.</source>
            <translation>{1} が使用中になくなりました。ディスクを確認して、もう一度試してください。</translation>
        </message>
        <message>
            <source>{1} is given only to those who agreed to its licence: accept it at {2}, log in with `hf auth login`, and download {3} again.</source>
            <translation>{1} はライセンスに同意した人だけに提供されます。{2} で同意し、`hf auth login` でログインしてから、{3} をもう一度ダウンロードしてください。</translation>
        </message>
        <message>
            <source>Downloads are switched off by HF_HUB_OFFLINE: unset it to download {1}.</source>
            <translation>HF_HUB_OFFLINE によりダウンロードが無効になっています。{1} をダウンロードするには、この設定を解除してください。</translation>
        </message>
        <message>
            <source>The hub has no {1}, or does not show it to you: see whether {2} is there.</source>
            <translation>ハブに {1} がないか、公開されていません。{2} があるか確認してください。</translation>
        </message>
        <message>
            <source>The hub's {1} no longer has the version of {2} that was asked for: see {3}.</source>
            <translation>ハブの {1} には、求めた版の {2} がもうありません。{3} を確認してください。</translation>
        </message>
        <message>
            <source>The hub's {1} no longer holds all files of {2}: see {3}.</source>
            <translation>ハブの {1} には、{2} のファイルがもうすべてはそろっていません。{3} を確認してください。</translation>
        </message>
        <message>
            <source>The hub does not let you have {1}: log in anew with `hf auth login`, and see at {2} whether it is open to you.</source>
            <translation>ハブが {1} の入手を許可していません。`hf auth login` でログインし直し、自分に公開されているかを {2} で確認してください。</translation>
        </message>
        <message>
            <source>The hub wants fewer requests just now: wait some minutes, and download {1} again.</source>
            <translation>ハブが今は要求を減らすよう求めています。数分待って、{1} をもう一度ダウンロードしてください。</translation>
        </message>
        <message>
            <source>The hub answered with error {1}: try again later, what came so far is kept.</source>
            <translation>ハブがエラー {1} を返しました。後でもう一度試してください。ここまでの分は残ります。</translation>
        </message>
        <message>
            <source>The hub does not answer: check the network and download {1} again, what came so far is kept.</source>
            <translation>ハブが応答しません。ネットワークを確認して、{1} をもう一度ダウンロードしてください。ここまでの分は残ります。</translation>
        </message>
        <message>
            <source>The hub cannot be reached: check the network, and download {1} again.</source>
            <translation>ハブに接続できません。ネットワークを確認して、{1} をもう一度ダウンロードしてください。</translation>
        </message>
        <message>
            <source>The connection keeps breaking: download {1} again later, what came so far is kept.</source>
            <translation>接続が何度も切れます。後で {1} をもう一度ダウンロードしてください。ここまでの分は残ります。</translation>
        </message>
        <message>
            <source>{1} cannot be downloaded to {2}: {3}.</source>
            <translation>{1} を {2} にダウンロードできません：{3}。</translation>
        </message>
        <message>
            <source>{1} does not answer as a hub does: check the network, its proxy, and HF_ENDPOINT if it is set.</source>
            <translation>{1} からハブとしての応答がありません。ネットワークとプロキシ、設定していれば HF_ENDPOINT も確認してください。</translation>
        </message>
        <message>
            <source>{1} of {2} arrived damaged and was deleted: download {3} again.</source>
            <translation>{2} の {1} は壊れて届いたため、削除しました。{3} をもう一度ダウンロードしてください。</translation>
        </message>
        <message>
            <source>{1} of {2} is not the file this program knows under that name: it is not used, look at {3} for what has changed.</source>
            <translation>{2} の {1} は、このプログラムがその名前で知っているファイルではないため、使いません。何が変わったかを {3} で確認してください。</translation>
        </message>
        <message>
            <source>Another program is downloading {1} of {2} just now: wait for it, and try again.</source>
            <translation>今、別のプログラムが {2} の {1} をダウンロードしています。終わるのを待って、もう一度試してください。</translation>
        </message>
        <message>
            <source>{1} cannot be deleted: {2}.</source>
            <translation>{1} を削除できません：{2}。</translation>
        </message>
        <message>
            <source>Nothing was downloaded: the licences were not accepted.</source>
            <translation>ライセンスに同意しなかったため、何もダウンロードしませんでした。</translation>
        </message>
        <message>
            <source>{1} is there.</source>
            <translation>{1} の準備ができています。</translation>
        </message>
        <message>
            <source>marked as wanted</source>
            <translation>追加に指定された</translation>
        </message>
        <message>
            <source>clicked</source>
            <translation>クリックされた</translation>
        </message>
        <message>
            <source>at {1}, {2}</source>
            <translation>位置 {1}, {2} に</translation>
        </message>
        <message>
            <source>there</source>
            <translation>そこに</translation>
        </message>
        <message>
            <source>nothing</source>
            <translation>なし</translation>
        </message>
        <message>
            <source>no clothes</source>
            <translation>服はありません</translation>
        </message>
        <message>
            <source>; found: {1}</source>
            <translation>（見つかったもの：{1}）</translation>
        </message>
        <message>
            <source>there is one</source>
            <translation>1 人だけです</translation>
        </message>
        <message>
            <source>there are {1}, 1 being the largest</source>
            <translation>{1} 人います。1 番が一番大きい人です</translation>
        </message>
        <message>
            <source>draw this</source>
            <translation>これを描く</translation>
        </message>
        <message>
            <source>do this</source>
            <translation>この処理を行う</translation>
        </message>
        <message>
            <source>this job</source>
            <translation>この作業</translation>
        </message>
        <message>
            <source>loading this model</source>
            <translation>このモデルの読み込み</translation>
        </message>
        <message>
            <source>stopped with exit code {1}</source>
            <translation>終了コード {1} で停止しました</translation>
        </message>
        <message>
            <source>was stopped by {1}</source>
            <translation>シグナルで停止しました（{1}）</translation>
        </message>
        <message>
            <source>if the machine's memory was full, use a smaller resolution or model or close other programs</source>
            <translation>マシンのメモリが足りなくなっていた場合は、解像度やモデルを小さくするか、ほかのプログラムを閉じてください</translation>
        </message>
        <message>
            <source>there is no room left: free some, or save on another disk</source>
            <translation>空き容量がありません。空きを作るか、別のディスクに保存してください</translation>
        </message>
        <message>
            <source>writing there is not allowed: choose another folder</source>
            <translation>そこには書き込めません。別のフォルダーを選んでください</translation>
        </message>
        <message>
            <source>the folder does not exist: choose another</source>
            <translation>フォルダーがありません。別のフォルダーを選んでください</translation>
        </message>
        <message>
            <source>{1}: try again, or choose another folder</source>
            <translation>{1}。もう一度試すか、別のフォルダーを選んでください</translation>
        </message>
        <message>
            <source>no space left on device</source>
            <translation>デバイスに空き容量がありません</translation>
        </message>
        <message>
            <source>permission denied</source>
            <translation>アクセスが許可されていません</translation>
        </message>
        <message>
            <source>no such file or directory</source>
            <translation>ファイルまたはフォルダーがありません</translation>
        </message>
        <message>
            <source>download</source>
            <translation>ダウンロード</translation>
        </message>
        <message>
            <source>import</source>
            <translation>取り込み</translation>
        </message>
        <message>
            <source>top</source>
            <translation>トップス</translation>
        </message>
        <message>
            <source>bottom</source>
            <translation>スカート／ズボン</translation>
        </message>
        <message>
            <source>dress</source>
            <translation>ワンピース</translation>
        </message>
        <message>
            <source>outerwear</source>
            <translation>ジャケット／コート</translation>
        </message>
        <message>
            <source>legwear</source>
            <translation>レッグウェア</translation>
        </message>
        <message>
            <source>shoes</source>
            <translation>靴</translation>
        </message>
        <message>
            <source>headwear</source>
            <translation>頭飾り</translation>
        </message>
        <message>
            <source>neckwear</source>
            <translation>首飾り</translation>
        </message>
        <message>
            <source>gloves</source>
            <translation>手袋</translation>
        </message>
    </context>
    <context>
        <name>Shapes</name>
        <message>
            <source>Sleeveless</source>
            <translation>ノースリーブ</translation>
        </message>
        <message>
            <source>Short sleeves</source>
            <translation>半袖</translation>
        </message>
        <message>
            <source>Long sleeves</source>
            <translation>長袖</translation>
        </message>
        <message>
            <source>Wide sleeves</source>
            <translation>広袖</translation>
        </message>
        <message>
            <source>Long skirt</source>
            <translation>ロングスカート</translation>
        </message>
        <message>
            <source>Miniskirt</source>
            <translation>ミニスカート</translation>
        </message>
        <message>
            <source>Pencil skirt</source>
            <translation>ペンシルスカート</translation>
        </message>
        <message>
            <source>Frilled skirt</source>
            <translation>フリルスカート</translation>
        </message>
        <message>
            <source>Pleated skirt</source>
            <translation>プリーツスカート</translation>
        </message>
        <message>
            <source>Skirt</source>
            <translation>スカート</translation>
        </message>
        <message>
            <source>Trousers</source>
            <translation>ズボン</translation>
        </message>
        <message>
            <source>Hakama</source>
            <translation>袴</translation>
        </message>
        <message>
            <source>Shorts</source>
            <translation>ショートパンツ</translation>
        </message>
        <message>
            <source>Capri pants</source>
            <translation>カプリパンツ</translation>
        </message>
        <message>
            <source>Long dress</source>
            <translation>ロングドレス</translation>
        </message>
        <message>
            <source>Ball gown</source>
            <translation>ボールガウン</translation>
        </message>
        <message>
            <source>Short dress</source>
            <translation>ミニドレス</translation>
        </message>
        <message>
            <source>Sundress</source>
            <translation>サンドレス</translation>
        </message>
        <message>
            <source>China dress</source>
            <translation>チャイナドレス</translation>
        </message>
        <message>
            <source>Kimono</source>
            <translation>着物</translation>
        </message>
        <message>
            <source>Robe</source>
            <translation>ローブ</translation>
        </message>
        <message>
            <source>Maid dress</source>
            <translation>メイド服</translation>
        </message>
        <message>
            <source>Dress</source>
            <translation>ワンピース</translation>
        </message>
        <message>
            <source>Swimsuit</source>
            <translation>水着</translation>
        </message>
        <message>
            <source>Coat</source>
            <translation>コート</translation>
        </message>
        <message>
            <source>Cape</source>
            <translation>ケープ</translation>
        </message>
        <message>
            <source>Hooded cloak</source>
            <translation>フード付きマント</translation>
        </message>
        <message>
            <source>Hood</source>
            <translation>フード</translation>
        </message>
        <message>
            <source>Train</source>
            <translation>トレーン</translation>
        </message>
    </context>
    <context>
        <name>Tags</name>
        <message>
            <source>top</source>
            <translation>トップス</translation>
        </message>
        <message>
            <source>skirt or trousers</source>
            <translation>スカート・ズボン</translation>
        </message>
        <message>
            <source>dress</source>
            <translation>ワンピース</translation>
        </message>
        <message>
            <source>outerwear</source>
            <translation>アウター</translation>
        </message>
        <message>
            <source>legwear</source>
            <translation>レッグウェア</translation>
        </message>
        <message>
            <source>footwear</source>
            <translation>靴</translation>
        </message>
        <message>
            <source>headwear</source>
            <translation>頭飾り</translation>
        </message>
        <message>
            <source>neckwear</source>
            <translation>首飾り</translation>
        </message>
        <message>
            <source>gloves</source>
            <translation>手袋</translation>
        </message>
        <message>
            <source>whole outfit</source>
            <translation>衣装一式</translation>
        </message>
        <message>
            <source>accessory</source>
            <translation>アクセサリー</translation>
        </message>
        <message>
            <source>colour</source>
            <translation>色</translation>
        </message>
        <message>
            <source>pattern</source>
            <translation>柄</translation>
        </message>
        <message>
            <source>material</source>
            <translation>素材</translation>
        </message>
        <message>
            <source>detail</source>
            <translation>細部</translation>
        </message>
        <message>
            <source>picture</source>
            <translation>画像</translation>
        </message>
        <message>
            <source>artist</source>
            <translation>作者</translation>
        </message>
        <message>
            <source>series</source>
            <translation>作品</translation>
        </message>
        <message>
            <source>character</source>
            <translation>キャラクター</translation>
        </message>
        <message>
            <source>tag</source>
            <translation>タグ</translation>
        </message>
    </context>
    <context>
        <name>TaskPanel</name>
        <message>
            <source>Progress</source>
            <translation>進み具合</translation>
        </message>
        <message>
            <source>Accept and download</source>
            <translation>同意してダウンロード</translation>
        </message>
        <message>
            <source>Accepts the licence that is shown</source>
            <translation>表示されたライセンスに同意します</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>キャンセル</translation>
        </message>
        <message>
            <source>What came so far is kept for the next time</source>
            <translation>ここまでの分は次回のために残ります</translation>
        </message>
        <message>
            <source>Cancelled. What came so far is kept for the next time.</source>
            <translation>キャンセルしました。ここまでの分は次回のために残ります。</translation>
        </message>
    </context>
    <context>
        <name>ToolOptions</name>
        <message>
            <source>A pen's pressure changes the size</source>
            <translation>筆圧で大きさを変える</translation>
        </message>
        <message>
            <source>A pen's pressure changes the opacity</source>
            <translation>筆圧で不透明度を変える</translation>
        </message>
        <message>
            <source>Only what hangs together with the place clicked on</source>
            <translation>クリックした場所とつながった部分だけ</translation>
        </message>
        <message>
            <source>Size</source>
            <translation>サイズ</translation>
        </message>
        <message>
            <source>The brush's size ([ and ])</source>
            <translation>ブラシの大きさ（[ と ]）</translation>
        </message>
        <message>
            <source>Hardness</source>
            <translation>硬さ</translation>
        </message>
        <message>
            <source>How sharp the brush's edge is ({ and })</source>
            <translation>ブラシの縁の鋭さ（{ と }）</translation>
        </message>
        <message>
            <source>Opacity</source>
            <translation>不透明度</translation>
        </message>
        <message>
            <source>How strongly the brush paints (1 to 9, and 0)</source>
            <translation>ブラシの濃さ（1 から 9 と 0）</translation>
        </message>
        <message>
            <source>Tolerance</source>
            <translation>許容差</translation>
        </message>
        <message>
            <source>How much colours may differ</source>
            <translation>色の違いをどこまで許すか</translation>
        </message>
    </context>
    <context>
        <name>Tools</name>
        <message>
            <source>Lasso</source>
            <translation>投げ縄</translation>
        </message>
        <message>
            <source>Polygon</source>
            <translation>多角形</translation>
        </message>
        <message>
            <source>Rectangle</source>
            <translation>長方形</translation>
        </message>
        <message>
            <source>Fill</source>
            <translation>塗りつぶし</translation>
        </message>
        <message>
            <source>Magic wand</source>
            <translation>自動選択</translation>
        </message>
        <message>
            <source>Erase</source>
            <translation>消す</translation>
        </message>
        <message>
            <source>Paint</source>
            <translation>塗る</translation>
        </message>
        <message>
            <source>Smart click</source>
            <translation>スマートクリック</translation>
        </message>
        <message>
            <source>Flare {percent} %</source>
            <translation>広がり {percent} %</translation>
        </message>
        <message>
            <source>Hem: open</source>
            <translation>裾：自由</translation>
        </message>
        <message>
            <source>Hem: cropped</source>
            <translation>裾：クロップ丈</translation>
        </message>
        <message>
            <source>Hem: waist</source>
            <translation>裾：腰</translation>
        </message>
        <message>
            <source>Hem: thigh</source>
            <translation>裾：もも</translation>
        </message>
        <message>
            <source>Hem: knee</source>
            <translation>裾：ひざ</translation>
        </message>
        <message>
            <source>Hem: ankle</source>
            <translation>裾：足首</translation>
        </message>
        <message>
            <source>Sleeves: open</source>
            <translation>袖：自由</translation>
        </message>
        <message>
            <source>No sleeves</source>
            <translation>袖なし</translation>
        </message>
        <message>
            <source>Short sleeves</source>
            <translation>半袖</translation>
        </message>
        <message>
            <source>Long sleeves</source>
            <translation>長袖</translation>
        </message>
        <message>
            <source>Wide sleeves</source>
            <translation>広袖</translation>
        </message>
        <message>
            <source>Brush</source>
            <translation>ブラシ</translation>
        </message>
        <message>
            <source>Paint over the outfit. Ctrl erases, Shift draws a straight line, [ ] changes the size.</source>
            <translation>衣装の上を塗ります。Ctrl で消去、Shift で直線、[ ] で大きさ変更。</translation>
        </message>
        <message>
            <source>Eraser</source>
            <translation>消しゴム</translation>
        </message>
        <message>
            <source>Take away from the mask. Hold Ctrl to paint.</source>
            <translation>マスクから消します。Ctrl を押すと塗ります。</translation>
        </message>
        <message>
            <source>Draw around an area to mask it. Hold Ctrl to take it away.</source>
            <translation>囲んだ範囲をマスクします。Ctrl を押すと取り除きます。</translation>
        </message>
        <message>
            <source>Click from corner to corner; Enter closes, Backspace takes a corner back.</source>
            <translation>角を順にクリック。Enter で閉じ、Backspace で 1 つ戻します。</translation>
        </message>
        <message>
            <source>Drag over an area to mask it. Hold Ctrl to take it away, Shift for a square.</source>
            <translation>ドラッグした範囲をマスクします。Ctrl で取り除き、Shift で正方形。</translation>
        </message>
        <message>
            <source>Click inside an outline you painted to fill it. Hold Ctrl to remove a patch.</source>
            <translation>描いた輪郭の内側をクリックして塗りつぶします。Ctrl で 1 か所を取り除きます。</translation>
        </message>
        <message>
            <source>Click on a colour to mask it. Hold Ctrl to take it away.</source>
            <translation>色をクリックしてマスクします。Ctrl を押すと取り除きます。</translation>
        </message>
        <message>
            <source>Click on a garment, or drag a box around it. Shift adds, Alt takes away.</source>
            <translation>服をクリックするか枠で囲みます。Shift で追加、Alt で除外。</translation>
        </message>
        <message>
            <source>Target shape</source>
            <translation>衣装の形</translation>
        </message>
        <message>
            <source>Drag hem, sleeves and flare to where the new outfit shall end.</source>
            <translation>裾、袖、広がりを新しい衣装の位置まで引きます。</translation>
        </message>
        <message>
            <source>Move view</source>
            <translation>表示を移動</translation>
        </message>
        <message>
            <source>Drag the picture. With any tool: hold Space, or the middle button.</source>
            <translation>画像をドラッグします。どのツールでもスペースか中ボタンで移動できます。</translation>
        </message>
    </context>
    <context>
        <name>WardrobeModel</name>
        <message>
            <source>Double-click or Enter puts it on; or drag it onto the picture</source>
            <translation>ダブルクリックか Enter で着せます。画像にドラッグもできます</translation>
        </message>
    </context>
    <context>
        <name>WardrobePanel</name>
        <message>
            <source>Search the wardrobe</source>
            <translation>ワードローブを検索</translation>
        </message>
        <message>
            <source>Shows the cards whose name or words hold this</source>
            <translation>名前か言葉にこれを含むカードを表示</translation>
        </message>
        <message>
            <source>Wardrobe</source>
            <translation>ワードローブ</translation>
        </message>
        <message>
            <source>Put on</source>
            <translation>着せる</translation>
        </message>
        <message>
            <source>Save this outfit as a card</source>
            <translation>この衣装をカードに保存</translation>
        </message>
        <message>
            <source>Import cards</source>
            <translation>カードを取り込む</translation>
        </message>
        <message>
            <source>Delete card</source>
            <translation>カードを削除</translation>
        </message>
        <message>
            <source>Choose outfit</source>
            <translation>衣装を選ぶ</translation>
        </message>
        <message>
            <source>Outfit</source>
            <translation>衣装</translation>
        </message>
        <message>
            <source>Delete the card "{name}"? This cannot be undone.</source>
            <translation>カード「{name}」を削除しますか？元に戻せません。</translation>
        </message>
        <message>
            <source>The card cannot be deleted: {reason}.</source>
            <translation>カードを削除できません：{reason}</translation>
        </message>
        <message>
            <source>Cards (*.png)</source>
            <translation>カード (*.png)</translation>
        </message>
    </context>
    <context>
        <name>Window</name>
        <message>
            <source>Looking for the clothes ...</source>
            <translation>服を探しています...</translation>
        </message>
        <message>
            <source>Loading the model</source>
            <translation>モデルを読み込み中</translation>
        </message>
        <message>
            <source>Kept as a garment; the original is untouched</source>
            <translation>衣装として採用しました。元の画像はそのままです</translation>
        </message>
        <message>
            <source>Pull shape</source>
            <translation>形を引く</translation>
        </message>
        <message>
            <source>Use garment's settings</source>
            <translation>衣装の設定を使う</translation>
        </message>
        <message>
            <source>Tags from {name} are completed now</source>
            <translation>{name} のタグを補完に使います</translation>
        </message>
        <message>
            <source>Choose a smaller working size under Advanced.</source>
            <translation>「詳細設定」で作業サイズを小さくしてください。</translation>
        </message>
        <message>
            <source>Draw one candidate at a time.</source>
            <translation>候補を 1 枚ずつ描いてください。</translation>
        </message>
        <message>
            <source>Close other programs.</source>
            <translation>ほかのプログラムを閉じてください。</translation>
        </message>
    </context>
</TS>
