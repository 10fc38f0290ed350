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
            <source>comes with the program, quick, paper dolls only</source>
            <translation>付属、高速、紙人形専用</translation>
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
