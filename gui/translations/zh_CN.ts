<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
    <context>
        <name>AboutDialog</name>
        <message>
            <source>About CC_ControlNet</source>
            <translation>关于 CC_ControlNet</translation>
        </message>
        <message>
            <source>Swaps the outfit of an anime or cartoon character and leaves every other pixel alone. CC_ControlNet (Character Customization ControlNet) reads the character with a hole where the clothes are, so that a Stable Diffusion model draws the outfit you describe into it.</source>
            <translation>为动漫或卡通角色换装，其余每个像素都保持原样。CC_ControlNet（角色定制 ControlNet）读取衣服处被挖空的角色，让 Stable Diffusion 模型把你描述的服装画进去。</translation>
        </message>
        <message>
            <source>Models that you download have licences of their own; they are shown before the download.</source>
            <translation>你下载的模型各有自己的许可证，下载前会显示。</translation>
        </message>
        <message>
            <source>Licence</source>
            <translation>许可证</translation>
        </message>
        <message>
            <source>Built on</source>
            <translation>构建于</translation>
        </message>
    </context>
    <context>
        <name>Actions</name>
        <message>
            <source>&amp;Open ...</source>
            <translation>打开(&amp;O)...</translation>
        </message>
        <message>
            <source>&amp;Paste</source>
            <translation>粘贴(&amp;P)</translation>
        </message>
        <message>
            <source>A picture, a file or an outfit from the clipboard</source>
            <translation>剪贴板中的图片、文件或服装</translation>
        </message>
        <message>
            <source>&amp;Copy picture</source>
            <translation>复制图片(&amp;C)</translation>
        </message>
        <message>
            <source>&amp;Save</source>
            <translation>保存(&amp;S)</translation>
        </message>
        <message>
            <source>As an OpenRaster project, which Krita and GIMP open</source>
            <translation>保存为 OpenRaster 工程，Krita 和 GIMP 都能打开</translation>
        </message>
        <message>
            <source>Save &amp;as ...</source>
            <translation>另存为(&amp;A)...</translation>
        </message>
        <message>
            <source>&amp;Export PNG ...</source>
            <translation>导出 PNG(&amp;E)...</translation>
        </message>
        <message>
            <source>The picture as it is shown, with its recipe</source>
            <translation>当前显示的图片，附带生成配方</translation>
        </message>
        <message>
            <source>Export &amp;garment alone ...</source>
            <translation>单独导出服装(&amp;G)...</translation>
        </message>
        <message>
            <source>Export &amp;layers as PSD ...</source>
            <translation>导出分层 PSD(&amp;L)...</translation>
        </message>
        <message>
            <source>Reco&amp;ver unsaved work ...</source>
            <translation>恢复未保存的作品(&amp;V)...</translation>
        </message>
        <message>
            <source>&amp;Quit</source>
            <translation>退出(&amp;Q)</translation>
        </message>
        <message>
            <source>&amp;Undo</source>
            <translation>撤销(&amp;U)</translation>
        </message>
        <message>
            <source>&amp;Redo</source>
            <translation>重做(&amp;R)</translation>
        </message>
        <message>
            <source>&amp;Find clothes</source>
            <translation>识别衣服(&amp;F)</translation>
        </message>
        <message>
            <source>Puts a button over each garment; a click on it masks the garment</source>
            <translation>在每件衣服上放一个按钮，点击即可选入蒙版</translation>
        </message>
        <message>
            <source>Mask the &amp;whole outfit</source>
            <translation>蒙住整套服装(&amp;W)</translation>
        </message>
        <message>
            <source>Finds all clothes and masks them</source>
            <translation>识别所有衣服并加入蒙版</translation>
        </message>
        <message>
            <source>&amp;Clear mask</source>
            <translation>清除蒙版(&amp;C)</translation>
        </message>
        <message>
            <source>Mask &amp;everything</source>
            <translation>全部加入蒙版(&amp;E)</translation>
        </message>
        <message>
            <source>&amp;Invert mask</source>
            <translation>反转蒙版(&amp;I)</translation>
        </message>
        <message>
            <source>&amp;Grow mask</source>
            <translation>扩大蒙版(&amp;G)</translation>
        </message>
        <message>
            <source>&amp;Shrink mask</source>
            <translation>收缩蒙版(&amp;S)</translation>
        </message>
        <message>
            <source>S&amp;often mask</source>
            <translation>柔化蒙版(&amp;O)</translation>
        </message>
        <message>
            <source>&amp;Load mask ...</source>
            <translation>载入蒙版(&amp;L)...</translation>
        </message>
        <message>
            <source>Sa&amp;ve mask ...</source>
            <translation>保存蒙版(&amp;V)...</translation>
        </message>
        <message>
            <source>Paint what is &amp;protected</source>
            <translation>绘制保护区域(&amp;P)</translation>
        </message>
        <message>
            <source>The tools paint what must stay, instead of the mask</source>
            <translation>工具绘制必须保留的部分，而不是蒙版</translation>
        </message>
        <message>
            <source>Protect &amp;nothing</source>
            <translation>取消所有保护(&amp;N)</translation>
        </message>
        <message>
            <source>&amp;Dress</source>
            <translation>换装(&amp;D)</translation>
        </message>
        <message>
            <source>&amp;Cancel drawing</source>
            <translation>取消绘制(&amp;C)</translation>
        </message>
        <message>
            <source>&amp;Next candidate</source>
            <translation>下一个候选(&amp;N)</translation>
        </message>
        <message>
            <source>&amp;Previous candidate</source>
            <translation>上一个候选(&amp;P)</translation>
        </message>
        <message>
            <source>&amp;Keep candidate</source>
            <translation>采用候选(&amp;K)</translation>
        </message>
        <message>
            <source>D&amp;rop candidate</source>
            <translation>舍弃候选(&amp;R)</translation>
        </message>
        <message>
            <source>C&amp;lear candidates</source>
            <translation>清空候选(&amp;L)</translation>
        </message>
        <message>
            <source>&amp;Models ...</source>
            <translation>模型(&amp;M)...</translation>
        </message>
        <message>
            <source>Zoom &amp;in</source>
            <translation>放大(&amp;I)</translation>
        </message>
        <message>
            <source>Zoom &amp;out</source>
            <translation>缩小(&amp;O)</translation>
        </message>
        <message>
            <source>&amp;Fit in window</source>
            <translation>适合窗口(&amp;F)</translation>
        </message>
        <message>
            <source>&amp;Actual pixels</source>
            <translation>实际像素(&amp;A)</translation>
        </message>
        <message>
            <source>Turn view &amp;left</source>
            <translation>视图向左转(&amp;L)</translation>
        </message>
        <message>
            <source>Turn view &amp;right</source>
            <translation>视图向右转(&amp;R)</translation>
        </message>
        <message>
            <source>&amp;Mirror view</source>
            <translation>镜像视图(&amp;M)</translation>
        </message>
        <message>
            <source>R&amp;eset view</source>
            <translation>重置视图(&amp;E)</translation>
        </message>
        <message>
            <source>Show mas&amp;k</source>
            <translation>显示蒙版(&amp;K)</translation>
        </message>
        <message>
            <source>Show what is protecte&amp;d</source>
            <translation>显示保护区域(&amp;D)</translation>
        </message>
        <message>
            <source>&amp;Compare with the original</source>
            <translation>与原图对比(&amp;C)</translation>
        </message>
        <message>
            <source>Reset pa&amp;nels</source>
            <translation>重置面板(&amp;N)</translation>
        </message>
        <message>
            <source>F&amp;ull screen</source>
            <translation>全屏(&amp;U)</translation>
        </message>
        <message>
            <source>&amp;Keys</source>
            <translation>快捷键(&amp;K)</translation>
        </message>
        <message>
            <source>&amp;Log ...</source>
            <translation>日志(&amp;L)...</translation>
        </message>
        <message>
            <source>&amp;About CC_ControlNet</source>
            <translation>关于 CC_ControlNet(&amp;A)</translation>
        </message>
        <message>
            <source>&amp;File</source>
            <translation>文件(&amp;F)</translation>
        </message>
        <message>
            <source>&amp;Edit</source>
            <translation>编辑(&amp;E)</translation>
        </message>
        <message>
            <source>&amp;Mask</source>
            <translation>蒙版(&amp;M)</translation>
        </message>
        <message>
            <source>&amp;Tools</source>
            <translation>工具(&amp;T)</translation>
        </message>
        <message>
            <source>&amp;View</source>
            <translation>视图(&amp;V)</translation>
        </message>
        <message>
            <source>&amp;Help</source>
            <translation>帮助(&amp;H)</translation>
        </message>
        <message>
            <source>Open &amp;recent</source>
            <translation>最近打开(&amp;R)</translation>
        </message>
        <message>
            <source>Sa&amp;mple characters</source>
            <translation>示例角色(&amp;M)</translation>
        </message>
        <message>
            <source>&amp;Theme</source>
            <translation>主题(&amp;T)</translation>
        </message>
        <message>
            <source>&amp;Language</source>
            <translation>语言(&amp;L)</translation>
        </message>
        <message>
            <source>&amp;Panels</source>
            <translation>面板(&amp;P)</translation>
        </message>
        <message>
            <source>See the original while held</source>
            <translation>按住时查看原图</translation>
        </message>
        <message>
            <source>Move the picture while held</source>
            <translation>按住时移动画面</translation>
        </message>
        <message>
            <source>Smaller and larger brush</source>
            <translation>缩小和放大画笔</translation>
        </message>
        <message>
            <source>Softer and harder brush</source>
            <translation>画笔更软和更硬</translation>
        </message>
        <message>
            <source>Opacity of the brush</source>
            <translation>画笔的不透明度</translation>
        </message>
        <message>
            <source>On the picture</source>
            <translation>画面上</translation>
        </message>
    </context>
    <context>
        <name>AdvancedPanel</name>
        <message>
            <source>Steps</source>
            <translation>步数</translation>
        </message>
        <message>
            <source>More steps draw finer and take longer</source>
            <translation>步数越多越精细，耗时也越长</translation>
        </message>
        <message>
            <source>Guidance</source>
            <translation>引导强度</translation>
        </message>
        <message>
            <source>How closely the words are followed; too much burns the colours</source>
            <translation>对文字的遵循程度；过高会使颜色过曝</translation>
        </message>
        <message>
            <source>Change</source>
            <translation>改变程度</translation>
        </message>
        <message>
            <source>1 draws anew; less keeps more of what is there</source>
            <translation>1 为全新绘制，越小保留原有内容越多</translation>
        </message>
        <message>
            <source>Grow mask</source>
            <translation>扩大蒙版</translation>
        </message>
        <message>
            <source>By how many pixels may be drawn past the mask: old outlines and shadows</source>
            <translation>允许画出蒙版外多少像素：用于盖住旧轮廓和阴影</translation>
        </message>
        <message>
            <source>Soft edge</source>
            <translation>柔和边缘</translation>
        </message>
        <message>
            <source>Over how many pixels the outfit fades into the picture</source>
            <translation>服装在多少像素内融入画面</translation>
        </message>
        <message>
            <source>Sampler</source>
            <translation>采样器</translation>
        </message>
        <message>
            <source>How the steps are taken; every model names the one it likes</source>
            <translation>步进方式；每个模型都有推荐的采样器</translation>
        </message>
        <message>
            <source>The model's own</source>
            <translation>模型默认</translation>
        </message>
        <message>
            <source>about {side} x {side} pixels</source>
            <translation>约 {side} x {side} 像素</translation>
        </message>
        <message>
            <source>Working size</source>
            <translation>工作尺寸</translation>
        </message>
        <message>
            <source>The size the outfit is drawn at; smaller is faster and needs less memory</source>
            <translation>绘制服装时的尺寸；越小越快、占用内存越少</translation>
        </message>
        <message>
            <source>Control layers</source>
            <translation>控制层</translation>
        </message>
        <message>
            <source>Keep the pose, the lines or the depth of the picture</source>
            <translation>保持画面的姿势、线条或深度</translation>
        </message>
        <message>
            <source>LoRAs</source>
            <translation>LoRA</translation>
        </message>
        <message>
            <source>Small additions to a model: a style, a character, one kind of clothes</source>
            <translation>模型的小型附加：一种画风、一个角色或一类衣服</translation>
        </message>
        <message>
            <source>No control layers for this model are there yet</source>
            <translation>还没有适用于此模型的控制层</translation>
        </message>
        <message>
            <source>No LoRAs for this model are there yet</source>
            <translation>还没有适用于此模型的 LoRA</translation>
        </message>
        <message>
            <source>Get more ...</source>
            <translation>获取更多...</translation>
        </message>
        <message>
            <source>Add</source>
            <translation>添加</translation>
        </message>
        <message>
            <source>Add to: {section}</source>
            <translation>添加到：{section}</translation>
        </message>
    </context>
    <context>
        <name>Bars</name>
        <message>
            <source>Outfit</source>
            <translation>服装</translation>
        </message>
        <message>
            <source>Candidates</source>
            <translation>候选</translation>
        </message>
        <message>
            <source>Wardrobe</source>
            <translation>衣橱</translation>
        </message>
        <message>
            <source>Layers</source>
            <translation>图层</translation>
        </message>
        <message>
            <source>Queue</source>
            <translation>队列</translation>
        </message>
        <message>
            <source>Buttons</source>
            <translation>按钮</translation>
        </message>
        <message>
            <source>Tools</source>
            <translation>工具</translation>
        </message>
        <message>
            <source>Fit in window ({keys})</source>
            <translation>适合窗口（{keys}）</translation>
        </message>
        <message>
            <source>Zoom</source>
            <translation>缩放</translation>
        </message>
        <message>
            <source>Engine</source>
            <translation>引擎</translation>
        </message>
        <message>
            <source>Size of the picture</source>
            <translation>图片尺寸</translation>
        </message>
        <message>
            <source>Place under the pointer</source>
            <translation>指针位置</translation>
        </message>
        <message>
            <source>As the desktop</source>
            <translation>跟随系统</translation>
        </message>
        <message>
            <source>Light</source>
            <translation>浅色</translation>
        </message>
        <message>
            <source>Dark</source>
            <translation>深色</translation>
        </message>
    </context>
    <context>
        <name>CandidateModel</name>
        <message>
            <source>Being drawn, {share} %</source>
            <translation>正在绘制，{share} %</translation>
        </message>
        <message>
            <source>Candidate {number}, seed {seed}</source>
            <translation>候选 {number}，种子 {seed}</translation>
        </message>
        <message>
            <source>Earlier candidate, seed {seed}</source>
            <translation>之前的候选，种子 {seed}</translation>
        </message>
        <message numerus="yes">
            <source>%n pixel(s) changed outside the mask</source>
            <translation>
                <numerusform>蒙版外有 %n 个像素被改变</numerusform>
            </translation>
        </message>
        <message>
            <source>{share} % of the old outfit's colours are still there</source>
            <translation>旧服装的颜色还残留 {share} %</translation>
        </message>
        <message>
            <source>Click or Enter keeps it, Del drops it, the arrow keys step through</source>
            <translation>点击或回车采用，Del 舍弃，方向键切换</translation>
        </message>
    </context>
    <context>
        <name>CandidateStrip</name>
        <message>
            <source>Candidates</source>
            <translation>候选</translation>
        </message>
        <message>
            <source>Candidates appear here. Hover to try one on, click to keep it.</source>
            <translation>候选会显示在这里。悬停试穿，点击采用。</translation>
        </message>
        <message>
            <source>Keep</source>
            <translation>采用</translation>
        </message>
        <message>
            <source>Use this seed again</source>
            <translation>再次使用此种子</translation>
        </message>
        <message>
            <source>Drop</source>
            <translation>舍弃</translation>
        </message>
    </context>
    <context>
        <name>Canvas</name>
        <message>
            <source>Original</source>
            <translation>原图</translation>
        </message>
        <message>
            <source>Before</source>
            <translation>之前</translation>
        </message>
        <message>
            <source>After</source>
            <translation>之后</translation>
        </message>
        <message>
            <source>Canvas</source>
            <translation>画布</translation>
        </message>
        <message>
            <source>The picture with the mask over what will be repainted</source>
            <translation>图片，蒙版覆盖将被重绘的部分</translation>
        </message>
    </context>
    <context>
        <name>Cards</name>
        <message>
            <source>Maid</source>
            <translation>女仆装</translation>
        </message>
        <message>
            <source>School uniform</source>
            <translation>校服</translation>
        </message>
        <message>
            <source>Hoodie and shorts</source>
            <translation>卫衣短裤</translation>
        </message>
        <message>
            <source>Kimono</source>
            <translation>和服</translation>
        </message>
        <message>
            <source>Gothic dress</source>
            <translation>哥特裙</translation>
        </message>
        <message>
            <source>China dress</source>
            <translation>旗袍</translation>
        </message>
        <message>
            <source>Ball gown</source>
            <translation>舞会礼服</translation>
        </message>
        <message>
            <source>Autumn coat</source>
            <translation>秋季大衣</translation>
        </message>
        <message>
            <source>Officer</source>
            <translation>军官服</translation>
        </message>
        <message>
            <source>Wizard</source>
            <translation>法师袍</translation>
        </message>
        <message>
            <source>Summer dress</source>
            <translation>夏日连衣裙</translation>
        </message>
        <message>
            <source>Track suit</source>
            <translation>运动服</translation>
        </message>
    </context>
    <context>
        <name>ChipButton</name>
        <message>
            <source>Mask this garment: {name}</source>
            <translation>将这件加入蒙版：{name}</translation>
        </message>
        <message>
            <source>Take this garment out of the mask: {name}</source>
            <translation>将这件移出蒙版：{name}</translation>
        </message>
    </context>
    <context>
        <name>Chips</name>
        <message>
            <source>Top</source>
            <translation>上衣</translation>
        </message>
        <message>
            <source>Skirt / trousers</source>
            <translation>裙子／裤子</translation>
        </message>
        <message>
            <source>Dress</source>
            <translation>连衣裙</translation>
        </message>
        <message>
            <source>Jacket / coat</source>
            <translation>外套／大衣</translation>
        </message>
        <message>
            <source>Legwear</source>
            <translation>袜子</translation>
        </message>
        <message>
            <source>Shoes</source>
            <translation>鞋子</translation>
        </message>
        <message>
            <source>Headwear</source>
            <translation>头饰</translation>
        </message>
        <message>
            <source>Neckwear</source>
            <translation>颈饰</translation>
        </message>
        <message>
            <source>Gloves</source>
            <translation>手套</translation>
        </message>
    </context>
    <context>
        <name>Commands</name>
        <message>
            <source>Protect nothing</source>
            <translation>取消所有保护</translation>
        </message>
        <message>
            <source>There is no picture on the clipboard</source>
            <translation>剪贴板中没有图片</translation>
        </message>
    </context>
    <context>
        <name>CompareBar</name>
        <message>
            <source>Result alone</source>
            <translation>仅看结果</translation>
        </message>
        <message>
            <source>Before and after, with a line between</source>
            <translation>前后对比，中间分割线</translation>
        </message>
        <message>
            <source>Before and after, side by side</source>
            <translation>前后对比，左右并排</translation>
        </message>
        <message>
            <source>Hold to see the original</source>
            <translation>按住查看原图</translation>
        </message>
    </context>
    <context>
        <name>Controls</name>
        <message>
            <source>line art</source>
            <translation>线稿</translation>
        </message>
        <message>
            <source>anime line art</source>
            <translation>动漫线稿</translation>
        </message>
        <message>
            <source>edges (canny)</source>
            <translation>边缘 (canny)</translation>
        </message>
        <message>
            <source>soft edges</source>
            <translation>柔和边缘</translation>
        </message>
        <message>
            <source>scribble</source>
            <translation>涂鸦</translation>
        </message>
        <message>
            <source>scribble (HED)</source>
            <translation>涂鸦 (HED)</translation>
        </message>
        <message>
            <source>pose</source>
            <translation>姿势</translation>
        </message>
        <message>
            <source>depth</source>
            <translation>深度</translation>
        </message>
        <message>
            <source>segmentation</source>
            <translation>分割</translation>
        </message>
        <message>
            <source>character around the mask</source>
            <translation>蒙版周围的角色</translation>
        </message>
    </context>
    <context>
        <name>Dialogs</name>
        <message>
            <source>Unsaved work</source>
            <translation>未保存的作品</translation>
        </message>
        <message>
            <source>this picture</source>
            <translation>这张图片</translation>
        </message>
        <message>
            <source>Save what you did with "{name}"?</source>
            <translation>要保存对“{name}”所做的更改吗？</translation>
        </message>
        <message>
            <source>Otherwise its mask, garments and settings are lost.</source>
            <translation>否则它的蒙版、服装和设置都会丢失。</translation>
        </message>
        <message>
            <source>Pictures and projects ({patterns})</source>
            <translation>图片和工程 ({patterns})</translation>
        </message>
        <message>
            <source>Projects ({patterns})</source>
            <translation>工程 ({patterns})</translation>
        </message>
        <message>
            <source>All files ({patterns})</source>
            <translation>所有文件 ({patterns})</translation>
        </message>
        <message>
            <source>Open</source>
            <translation>打开</translation>
        </message>
        <message>
            <source>Pictures ({patterns})</source>
            <translation>图片 ({patterns})</translation>
        </message>
        <message>
            <source>Load mask</source>
            <translation>载入蒙版</translation>
        </message>
        <message>
            <source>{ending} files ({patterns})</source>
            <translation>{ending} 文件 ({patterns})</translation>
        </message>
        <message>
            <source>That does not work</source>
            <translation>无法完成</translation>
        </message>
        <message>
            <source>Too little memory</source>
            <translation>内存不足</translation>
        </message>
    </context>
    <context>
        <name>Document</name>
        <message>
            <source>Add garment</source>
            <translation>添加服装</translation>
        </message>
        <message>
            <source>Keep candidate</source>
            <translation>采用候选</translation>
        </message>
        <message>
            <source>Delete garment</source>
            <translation>删除服装</translation>
        </message>
        <message>
            <source>Move garment</source>
            <translation>移动服装</translation>
        </message>
        <message>
            <source>Show garment</source>
            <translation>显示服装</translation>
        </message>
        <message>
            <source>Hide garment</source>
            <translation>隐藏服装</translation>
        </message>
        <message>
            <source>Garment opacity</source>
            <translation>服装不透明度</translation>
        </message>
        <message>
            <source>Rename garment</source>
            <translation>重命名服装</translation>
        </message>
        <message>
            <source>Change settings</source>
            <translation>更改设置</translation>
        </message>
    </context>
    <context>
        <name>DressBar</name>
        <message>
            <source>Dress</source>
            <translation>换装</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Stop drawing after this step ({keys})</source>
            <translation>此步完成后停止绘制（{keys}）</translation>
        </message>
        <message>
            <source>Progress of the drawing</source>
            <translation>绘制进度</translation>
        </message>
        <message>
            <source>Draw the outfit into the mask ({keys})</source>
            <translation>把服装画进蒙版（{keys}）</translation>
        </message>
        <message>
            <source>Preparing</source>
            <translation>准备中</translation>
        </message>
        <message>
            <source>Step {step} of {total}</source>
            <translation>第 {step} 步，共 {total} 步</translation>
        </message>
        <message>
            <source>{time} left</source>
            <translation>剩余 {time}</translation>
        </message>
        <message numerus="yes">
            <source>%n waiting</source>
            <translation>
                <numerusform>%n 个等待中</numerusform>
            </translation>
        </message>
        <message>
            <source>Stopping after this step</source>
            <translation>此步完成后停止</translation>
        </message>
    </context>
    <context>
        <name>Dressing</name>
        <message>
            <source>Say what to draw, or click on one of the outfits.</source>
            <translation>请说明要画什么，或点击一套服装。</translation>
        </message>
        <message>
            <source>Find the clothes and click on what is to go, or paint over it.</source>
            <translation>先识别衣服，再点击要去掉的部分，或直接涂抹它。</translation>
        </message>
        <message>
            <source>All that is masked is protected: choose &quot;Protect nothing&quot;, or paint the protection away.</source>
            <translation>蒙版内的部分全部受保护：请选择“取消所有保护”，或把保护擦掉。</translation>
        </message>
        <message>
            <source>Use seed</source>
            <translation>使用种子</translation>
        </message>
        <message>
            <source>Roll seed</source>
            <translation>随机种子</translation>
        </message>
        <message>
            <source>Remove</source>
            <translation>移除</translation>
        </message>
        <message>
            <source>Cancelled</source>
            <translation>已取消</translation>
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
            <translation>{hours} 小时 {minutes} 分</translation>
        </message>
    </context>
    <context>
        <name>Filing</name>
        <message>
            <source>This file cannot be opened</source>
            <translation>无法打开此文件</translation>
        </message>
        <message>
            <source>Opened {name}</source>
            <translation>已打开 {name}</translation>
        </message>
        <message>
            <source>The picture is {width} x {height} pixels: it must be at least 64 x 64.</source>
            <translation>图片为 {width} x {height} 像素：至少需要 64 x 64。</translation>
        </message>
        <message>
            <source>Pasted picture</source>
            <translation>粘贴的图片</translation>
        </message>
        <message>
            <source>Pasted a picture of {width} x {height} pixels</source>
            <translation>已粘贴 {width} x {height} 像素的图片</translation>
        </message>
        <message>
            <source>Save</source>
            <translation>保存</translation>
        </message>
        <message>
            <source>Export PNG</source>
            <translation>导出 PNG</translation>
        </message>
        <message>
            <source>There is no garment yet: dress the character and keep a candidate.</source>
            <translation>还没有服装：请先换装并采用一个候选。</translation>
        </message>
        <message>
            <source>Export garment</source>
            <translation>导出服装</translation>
        </message>
        <message>
            <source>Export layers</source>
            <translation>导出图层</translation>
        </message>
        <message>
            <source>Copied the picture</source>
            <translation>已复制图片</translation>
        </message>
        <message>
            <source>Load mask</source>
            <translation>载入蒙版</translation>
        </message>
        <message>
            <source>Save mask</source>
            <translation>保存蒙版</translation>
        </message>
        <message>
            <source>The project could not be saved</source>
            <translation>无法保存工程</translation>
        </message>
        <message>
            <source>Saved {name}</source>
            <translation>已保存 {name}</translation>
        </message>
        <message>
            <source>Exported {name}</source>
            <translation>已导出 {name}</translation>
        </message>
        <message>
            <source>Picture</source>
            <translation>图片</translation>
        </message>
    </context>
    <context>
        <name>Finding</name>
        <message>
            <source>Mask outfit</source>
            <translation>蒙住服装</translation>
        </message>
        <message>
            <source>Leave garment out</source>
            <translation>移出服装</translation>
        </message>
        <message>
            <source>Mask garment</source>
            <translation>蒙住这件衣服</translation>
        </message>
        <message>
            <source>The starter's eyes know paper dolls only: get a parser for anime under Dress &gt; Models.</source>
            <translation>入门解析器只认识纸娃娃：请在“换装 &gt; 模型”中获取动漫解析器。</translation>
        </message>
        <message>
            <source>Protect face, hair and hands</source>
            <translation>保护脸、头发和手</translation>
        </message>
        <message>
            <source>Fit mask</source>
            <translation>调整蒙版</translation>
        </message>
        <message numerus="yes">
            <source>%n pixel(s) of the old outfit show beside the mask</source>
            <translation>
                <numerusform>蒙版旁露出旧服装 %n 个像素</numerusform>
            </translation>
        </message>
        <message>
            <source>Character {number}</source>
            <translation>角色 {number}</translation>
        </message>
    </context>
    <context>
        <name>Fold</name>
        <message>
            <source>open</source>
            <translation>已展开</translation>
        </message>
        <message>
            <source>closed</source>
            <translation>已折叠</translation>
        </message>
    </context>
    <context>
        <name>JobsModel</name>
        <message>
            <source>Done</source>
            <translation>完成</translation>
        </message>
        <message>
            <source>Failed</source>
            <translation>失败</translation>
        </message>
        <message>
            <source>Waiting</source>
            <translation>等待中</translation>
        </message>
        <message>
            <source>Waiting, done in about {time}</source>
            <translation>等待中，约 {time} 后完成</translation>
        </message>
        <message>
            <source>Starting</source>
            <translation>开始中</translation>
        </message>
        <message>
            <source>Step {step} of {total}</source>
            <translation>第 {step} 步，共 {total} 步</translation>
        </message>
        <message>
            <source>{step}, {time} left</source>
            <translation>{step}，剩余 {time}</translation>
        </message>
    </context>
    <context>
        <name>KeysDialog</name>
        <message>
            <source>Keys</source>
            <translation>快捷键</translation>
        </message>
    </context>
    <context>
        <name>LayerDelegate</name>
        <message>
            <source>Name of the garment</source>
            <translation>服装名称</translation>
        </message>
    </context>
    <context>
        <name>LayersModel</name>
        <message>
            <source>hidden</source>
            <translation>隐藏</translation>
        </message>
        <message>
            <source>shown</source>
            <translation>显示</translation>
        </message>
        <message>
            <source>Mask</source>
            <translation>蒙版</translation>
        </message>
        <message>
            <source>Original</source>
            <translation>原图</translation>
        </message>
        <message>
            <source>Where the next outfit is drawn. A click on the eye hides it (Space).</source>
            <translation>下一套服装绘制的位置。点击眼睛可隐藏（空格）。</translation>
        </message>
        <message>
            <source>The picture as it was opened. Nothing changes it.</source>
            <translation>打开时的图片，任何操作都不会改变它。</translation>
        </message>
        <message>
            <source>Space shows or hides, F2 renames, Del deletes, Ctrl+Up and Ctrl+Down move</source>
            <translation>空格显示或隐藏，F2 重命名，Del 删除，Ctrl+上／下 移动</translation>
        </message>
    </context>
    <context>
        <name>LayersPanel</name>
        <message>
            <source>Layers</source>
            <translation>图层</translation>
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
            <translation>所选服装的可见程度</translation>
        </message>
        <message>
            <source>Move up</source>
            <translation>上移</translation>
        </message>
        <message>
            <source>Move down</source>
            <translation>下移</translation>
        </message>
        <message>
            <source>Use this garment's words and settings again</source>
            <translation>再次使用这件服装的文字和设置</translation>
        </message>
        <message>
            <source>Save this garment alone</source>
            <translation>单独保存这件服装</translation>
        </message>
        <message>
            <source>Delete garment</source>
            <translation>删除服装</translation>
        </message>
    </context>
    <context>
        <name>LogDialog</name>
        <message>
            <source>Log</source>
            <translation>日志</translation>
        </message>
        <message>
            <source>Copy</source>
            <translation>复制</translation>
        </message>
    </context>
    <context>
        <name>MaskEdits</name>
        <message>
            <source>Clear mask</source>
            <translation>清除蒙版</translation>
        </message>
        <message>
            <source>Mask everything</source>
            <translation>全部加入蒙版</translation>
        </message>
        <message>
            <source>Invert mask</source>
            <translation>反转蒙版</translation>
        </message>
        <message>
            <source>Grow mask</source>
            <translation>扩大蒙版</translation>
        </message>
        <message>
            <source>Shrink mask</source>
            <translation>收缩蒙版</translation>
        </message>
        <message>
            <source>Soften mask</source>
            <translation>柔化蒙版</translation>
        </message>
    </context>
    <context>
        <name>ModelPicker</name>
        <message>
            <source>Model</source>
            <translation>模型</translation>
        </message>
        <message>
            <source>The model that draws the outfit</source>
            <translation>绘制服装的模型</translation>
        </message>
        <message>
            <source>More models</source>
            <translation>更多模型</translation>
        </message>
        <message>
            <source>Download, import and look after models (Ctrl+M)</source>
            <translation>下载、导入和管理模型（Ctrl+M）</translation>
        </message>
    </context>
    <context>
        <name>Models</name>
        <message>
            <source>paper dolls only</source>
            <translation>仅限纸娃娃</translation>
        </message>
    </context>
    <context>
        <name>ModelsDialog</name>
        <message>
            <source>Models</source>
            <translation>模型</translation>
        </message>
        <message>
            <source>Yours</source>
            <translation>你的模型</translation>
        </message>
        <message>
            <source>Get more</source>
            <translation>获取更多</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>Asking what there is to download</source>
            <translation>正在查询可下载的内容</translation>
        </message>
        <message>
            <source>Importing</source>
            <translation>正在导入</translation>
        </message>
        <message>
            <source>Reading every byte again</source>
            <translation>正在重新读取每个字节</translation>
        </message>
        <message>
            <source>Remove {names}? The files are deleted.</source>
            <translation>移除 {names}？文件将被删除。</translation>
        </message>
        <message>
            <source>Remove</source>
            <translation>移除</translation>
        </message>
        <message>
            <source>Removing</source>
            <translation>正在移除</translation>
        </message>
        <message>
            <source>Name</source>
            <translation>名称</translation>
        </message>
        <message>
            <source>What</source>
            <translation>内容</translation>
        </message>
        <message>
            <source>Size</source>
            <translation>大小</translation>
        </message>
        <message>
            <source>Licence</source>
            <translation>许可证</translation>
        </message>
        <message>
            <source>Your models</source>
            <translation>你的模型</translation>
        </message>
        <message>
            <source>Draw with it</source>
            <translation>用它绘制</translation>
        </message>
        <message>
            <source>Makes it the panel's model</source>
            <translation>设为面板使用的模型</translation>
        </message>
        <message>
            <source>Import files ...</source>
            <translation>导入文件...</translation>
        </message>
        <message>
            <source>Or drop them anywhere in this window</source>
            <translation>也可以拖放到此窗口任意位置</translation>
        </message>
        <message>
            <source>Import a folder ...</source>
            <translation>导入文件夹...</translation>
        </message>
        <message>
            <source>A model in diffusers' layout</source>
            <translation>diffusers 布局的模型</translation>
        </message>
        <message>
            <source>Verify</source>
            <translation>校验</translation>
        </message>
        <message>
            <source>Reads every byte again</source>
            <translation>重新读取每个字节</translation>
        </message>
        <message>
            <source>Deletes it from your models</source>
            <translation>从你的模型中删除</translation>
        </message>
        <message>
            <source>Search</source>
            <translation>搜索</translation>
        </message>
        <message>
            <source>Search the models</source>
            <translation>搜索模型</translation>
        </message>
        <message>
            <source>For which kind of model</source>
            <translation>适用的模型类型</translation>
        </message>
        <message>
            <source>All families</source>
            <translation>所有系列</translation>
        </message>
        <message>
            <source>What it is</source>
            <translation>类别</translation>
        </message>
        <message>
            <source>Everything</source>
            <translation>全部</translation>
        </message>
        <message>
            <source>Recommended</source>
            <translation>推荐</translation>
        </message>
        <message>
            <source>Free to use, checked, and good for anime</source>
            <translation>可自由使用、经过检查、适合动漫</translation>
        </message>
        <message>
            <source>For</source>
            <translation>适用</translation>
        </message>
        <message>
            <source>Models to download</source>
            <translation>可下载的模型</translation>
        </message>
        <message>
            <source>Its page</source>
            <translation>主页</translation>
        </message>
        <message>
            <source>In the browser</source>
            <translation>在浏览器中打开</translation>
        </message>
        <message>
            <source>Download</source>
            <translation>下载</translation>
        </message>
        <message>
            <source>Shows the licence first</source>
            <translation>先显示许可证</translation>
        </message>
        <message>
            <source>comes with the program</source>
            <translation>随程序附带</translation>
        </message>
        <message>
            <source>{title} (you have it)</source>
            <translation>{title}（已拥有）</translation>
        </message>
        <message>
            <source>any</source>
            <translation>任意</translation>
        </message>
        <message numerus="yes">
            <source>%n model(s), {size} in all</source>
            <translation>
                <numerusform>%n 个模型，共 {size}</numerusform>
            </translation>
        </message>
        <message>
            <source>Choose what to download.</source>
            <translation>请选择要下载的内容。</translation>
        </message>
        <message>
            <source>Weights ({patterns})</source>
            <translation>权重 ({patterns})</translation>
        </message>
        <message>
            <source>Import files</source>
            <translation>导入文件</translation>
        </message>
        <message>
            <source>Import a folder</source>
            <translation>导入文件夹</translation>
        </message>
        <message>
            <source>Connecting</source>
            <translation>正在连接</translation>
        </message>
        <message>
            <source>{done} of {total}</source>
            <translation>{done}／{total}</translation>
        </message>
        <message>
            <source>{size} a second</source>
            <translation>每秒 {size}</translation>
        </message>
        <message>
            <source>{time} left</source>
            <translation>剩余 {time}</translation>
        </message>
        <message>
            <source>Models that draw</source>
            <translation>绘图模型</translation>
        </message>
        <message>
            <source>Control layers</source>
            <translation>控制层</translation>
        </message>
        <message>
            <source>Control layers (T2I-Adapters)</source>
            <translation>控制层（T2I-Adapter）</translation>
        </message>
        <message>
            <source>LoRAs</source>
            <translation>LoRA</translation>
        </message>
        <message>
            <source>Embeddings</source>
            <translation>嵌入</translation>
        </message>
        <message>
            <source>Autoencoders</source>
            <translation>自编码器</translation>
        </message>
        <message>
            <source>Previews</source>
            <translation>预览</translation>
        </message>
        <message>
            <source>Control images</source>
            <translation>控制图</translation>
        </message>
        <message>
            <source>Smart click</source>
            <translation>智能点选</translation>
        </message>
        <message>
            <source>Find clothes</source>
            <translation>识别衣服</translation>
        </message>
        <message>
            <source>Find by words</source>
            <translation>按文字查找</translation>
        </message>
        <message>
            <source>Ratings</source>
            <translation>分级</translation>
        </message>
        <message>
            <source>not commercial</source>
            <translation>非商用</translation>
        </message>
        <message>
            <source>account needed</source>
            <translation>需要账号</translation>
        </message>
    </context>
    <context>
        <name>ModelsTask</name>
        <message>
            <source>The program's helper stopped: {reason}</source>
            <translation>程序的辅助进程已停止：{reason}</translation>
        </message>
    </context>
    <context>
        <name>NoticeBar</name>
        <message>
            <source>Next ({count} more)</source>
            <translation>下一条（还有 {count} 条）</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
    </context>
    <context>
        <name>OutfitPanel</name>
        <message>
            <source>Not in the picture</source>
            <translation>不要画出的内容</translation>
        </message>
        <message>
            <source>Advanced</source>
            <translation>高级</translation>
        </message>
        <message>
            <source>Choose model</source>
            <translation>选择模型</translation>
        </message>
        <message>
            <source>Try: {outfit}</source>
            <translation>试试：{outfit}</translation>
        </message>
        <message>
            <source>Maid</source>
            <translation>女仆装</translation>
        </message>
        <message>
            <source>School</source>
            <translation>校服</translation>
        </message>
        <message>
            <source>Kimono</source>
            <translation>和服</translation>
        </message>
        <message>
            <source>Choose outfit</source>
            <translation>选择服装</translation>
        </message>
        <message>
            <source>Any shape</source>
            <translation>任意版型</translation>
        </message>
        <message>
            <source>Not in the picture ({count})</source>
            <translation>不要画出的内容（{count}）</translation>
        </message>
        <message>
            <source>The starter model does not know: {words}</source>
            <translation>入门模型不认识：{words}</translation>
        </message>
        <message>
            <source>New outfit</source>
            <translation>新服装</translation>
        </message>
        <message>
            <source>Draws another outfit; nothing of the old one stays.</source>
            <translation>画一套新服装，旧服装完全不保留。</translation>
        </message>
        <message>
            <source>Recolour</source>
            <translation>换颜色</translation>
        </message>
        <message>
            <source>Keeps the garment's shape and folds, changes its colours.</source>
            <translation>保留版型和褶皱，只改变颜色。</translation>
        </message>
        <message>
            <source>Fix detail</source>
            <translation>修细节</translation>
        </message>
        <message>
            <source>Keeps the garment and redraws what went wrong.</source>
            <translation>保留服装，重画出错的部分。</translation>
        </message>
        <message>
            <source>Remove</source>
            <translation>移除</translation>
        </message>
        <message>
            <source>Takes away an accessory or a coat and draws what is under it.</source>
            <translation>去掉配饰或外套，画出下面的内容。</translation>
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
            <translation>应有的内容：white collar, gold buttons</translation>
        </message>
        <message>
            <source>what is under it: white shirt</source>
            <translation>下面是什么：white shirt</translation>
        </message>
        <message>
            <source>Choose intent</source>
            <translation>选择用途</translation>
        </message>
        <message>
            <source>Outfit</source>
            <translation>服装</translation>
        </message>
        <message>
            <source>Outfit in words</source>
            <translation>用文字描述服装</translation>
        </message>
        <message>
            <source>Garments and colours, with commas between them. Ctrl+Space offers tags, Ctrl+Up and Ctrl+Down weigh the tag under the cursor. Drop a table of Danbooru tags (CSV) here to complete with it.</source>
            <translation>衣服和颜色，用英文逗号分隔。Ctrl+空格 提示标签，Ctrl+上／下 调整光标处标签的权重。把 Danbooru 标签表（CSV）拖到这里可用于补全。</translation>
        </message>
        <message>
            <source>What must not be in the picture</source>
            <translation>画面中不能出现的内容</translation>
        </message>
        <message>
            <source>What must not be drawn, with commas between</source>
            <translation>不能画出的内容，用英文逗号分隔</translation>
        </message>
        <message>
            <source>what must not be drawn</source>
            <translation>不要画出的内容</translation>
        </message>
        <message>
            <source>Shape of the outfit</source>
            <translation>服装版型</translation>
        </message>
        <message>
            <source>The outline of the new outfit: the mask gets room for it, handles on the picture pull it</source>
            <translation>新服装的轮廓：蒙版会为它留出空间，可用画面上的手柄调整</translation>
        </message>
        <message>
            <source>Choose shape</source>
            <translation>选择版型</translation>
        </message>
        <message>
            <source>Candidates</source>
            <translation>候选数</translation>
        </message>
        <message>
            <source>How many are drawn, to choose from</source>
            <translation>绘制多少个供挑选</translation>
        </message>
        <message>
            <source>Shape</source>
            <translation>版型</translation>
        </message>
        <message>
            <source>Seed</source>
            <translation>种子</translation>
        </message>
        <message>
            <source>Model</source>
            <translation>模型</translation>
        </message>
    </context>
    <context>
        <name>PromiseBadge</name>
        <message>
            <source>0 pixels changed outside the mask</source>
            <translation>蒙版外 0 个像素被改变</translation>
        </message>
        <message>
            <source>Counted, pixel by pixel, in the candidate that is shown.</source>
            <translation>在所显示的候选上逐像素统计。</translation>
        </message>
        <message numerus="yes">
            <source>%n pixel(s) changed outside the mask</source>
            <translation>
                <numerusform>蒙版外有 %n 个像素被改变</numerusform>
            </translation>
        </message>
        <message>
            <source>This must never happen. Keep the original, and report it with the log.</source>
            <translation>这绝不应发生。请保留原图，并附上日志报告。</translation>
        </message>
        <message>
            <source>Grow</source>
            <translation>扩大</translation>
        </message>
        <message>
            <source>Grow the mask by {count} pixels, so that it takes in what shows.</source>
            <translation>将蒙版扩大 {count} 像素，盖住露出的部分。</translation>
        </message>
        <message>
            <source>{share} % of the old outfit's colours are still there</source>
            <translation>旧服装的颜色还残留 {share} %</translation>
        </message>
        <message>
            <source>Draw again</source>
            <translation>重画</translation>
        </message>
        <message>
            <source>Draw again with another seed.</source>
            <translation>换一个种子重画。</translation>
        </message>
    </context>
    <context>
        <name>PromptEdit</name>
        <message>
            <source>Offered tags</source>
            <translation>标签建议</translation>
        </message>
    </context>
    <context>
        <name>QueuePanel</name>
        <message>
            <source>Queue</source>
            <translation>队列</translation>
        </message>
        <message>
            <source>Nothing is being drawn. What you dress next waits here.</source>
            <translation>当前没有绘制任务。接下来的换装会在这里排队。</translation>
        </message>
        <message>
            <source>Earlier</source>
            <translation>提前</translation>
        </message>
        <message>
            <source>Later</source>
            <translation>推后</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>重试</translation>
        </message>
        <message>
            <source>Cancel this one, or take it off the list</source>
            <translation>取消此项，或从列表中移除</translation>
        </message>
        <message>
            <source>Clear what is finished</source>
            <translation>清除已完成的</translation>
        </message>
        <message>
            <source>Cancel everything</source>
            <translation>全部取消</translation>
        </message>
    </context>
    <context>
        <name>Readiness</name>
        <message>
            <source>Getting ready ...</source>
            <translation>准备中...</translation>
        </message>
        <message>
            <source>Ready</source>
            <translation>就绪</translation>
        </message>
        <message>
            <source>Being loaded ...</source>
            <translation>正在加载...</translation>
        </message>
        <message>
            <source>Not ready</source>
            <translation>未就绪</translation>
        </message>
        <message>
            <source>The engine stopped and is being started again; what it was drawing is drawn again</source>
            <translation>引擎已停止，正在重新启动；未完成的绘制会重新进行</translation>
        </message>
        <message>
            <source>The engine is not running</source>
            <translation>引擎未运行</translation>
        </message>
    </context>
    <context>
        <name>RecoveryDialog</name>
        <message>
            <source>Unsaved work</source>
            <translation>未保存的作品</translation>
        </message>
        <message>
            <source>The program ended before this work was saved. What do you want back?</source>
            <translation>程序在保存这些作品之前就结束了。你想恢复哪一个？</translation>
        </message>
        <message>
            <source>Restore</source>
            <translation>恢复</translation>
        </message>
        <message>
            <source>Delete</source>
            <translation>删除</translation>
        </message>
        <message>
            <source>Deletes the selected work for good</source>
            <translation>永久删除所选作品</translation>
        </message>
        <message>
            <source>Later</source>
            <translation>稍后</translation>
        </message>
        <message>
            <source>Keeps it for the next start, or for File &gt; Recover unsaved work</source>
            <translation>保留到下次启动，或通过“文件 &gt; 恢复未保存的作品”恢复</translation>
        </message>
        <message>
            <source>Untitled</source>
            <translation>未命名</translation>
        </message>
    </context>
    <context>
        <name>Row</name>
        <message>
            <source>Take away {name}</source>
            <translation>移除 {name}</translation>
        </message>
        <message>
            <source>Strength</source>
            <translation>强度</translation>
        </message>
        <message>
            <source>From</source>
            <translation>从</translation>
        </message>
        <message>
            <source>to</source>
            <translation>到</translation>
        </message>
        <message>
            <source> %</source>
            <translation> %</translation>
        </message>
        <message>
            <source>{word} this share of the steps</source>
            <translation>{word}此比例的步数</translation>
        </message>
        <message>
            <source>The share of the steps in which this layer acts</source>
            <translation>此层起作用的步数范围</translation>
        </message>
    </context>
    <context>
        <name>Safekeeping</name>
        <message>
            <source>There is no unsaved work of other times</source>
            <translation>没有以前未保存的作品</translation>
        </message>
    </context>
    <context>
        <name>SeedField</name>
        <message>
            <source>Seed</source>
            <translation>种子</translation>
        </message>
        <message>
            <source>The same seed and settings draw the same outfit again</source>
            <translation>相同的种子和设置会画出相同的服装</translation>
        </message>
        <message>
            <source>Roll another seed</source>
            <translation>随机换一个种子</translation>
        </message>
        <message>
            <source>Roll another seed (Alt+R)</source>
            <translation>随机换一个种子（Alt+R）</translation>
        </message>
        <message>
            <source>Keep the seed</source>
            <translation>固定种子</translation>
        </message>
        <message>
            <source>The seed stays (Alt+L)</source>
            <translation>种子保持不变（Alt+L）</translation>
        </message>
        <message>
            <source>A new seed for every run (Alt+L)</source>
            <translation>每次使用新种子（Alt+L）</translation>
        </message>
    </context>
    <context>
        <name>Sentences</name>
        <message>
            <source>'{1}' is damaged or cut off: export, copy or download it again.</source>
            <translation>“{1}”已损坏或不完整：请重新导出、复制或下载。</translation>
        </message>
        <message>
            <source>'{1}' is not a picture this program can read: use one of {2}.</source>
            <translation>“{1}”不是本程序能读取的图片：请使用以下格式之一：{2}。</translation>
        </message>
        <message>
            <source>'{1}' is too large{2}: scale it down to at most {3} million pixels.</source>
            <translation>“{1}”太大{2}：请缩小到最多 {3} 百万像素。</translation>
        </message>
        <message>
            <source>'{1}' is too small ({2}): each side needs at least {3} pixels.</source>
            <translation>“{1}”太小（{2}）：每边至少需要 {3} 像素。</translation>
        </message>
        <message>
            <source>'{1}' is partly transparent: its transparency is kept.</source>
            <translation>“{1}”部分透明：其透明度会保留。</translation>
        </message>
        <message>
            <source>'{1}' is white all along its border: white is repainted, so invert it if black was meant.</source>
            <translation>“{1}”的边缘全是白色：白色部分会被重绘，如果本意是黑色部分，请先反转。</translation>
        </message>
        <message>
            <source>'{1}' was turned upright, as its EXIF orientation asks.</source>
            <translation>“{1}”已按其 EXIF 方向转正。</translation>
        </message>
        <message>
            <source>'{1}' is {2}: its colours were converted to sRGB.</source>
            <translation>“{1}”是 {2} 图片：颜色已转换为 sRGB。</translation>
        </message>
        <message>
            <source>'{1}' has paint on a transparent ground: whatever is painted gets repainted.</source>
            <translation>“{1}”在透明底上有涂抹：涂抹过的部分都会被重绘。</translation>
        </message>
        <message>
            <source>'{1}' has colours this program cannot read: save it as an 8-bit RGB PNG.</source>
            <translation>“{1}”的颜色格式本程序无法读取：请另存为 8 位 RGB PNG。</translation>
        </message>
        <message>
            <source>'{1}' is a folder, not a picture: name a file in it.</source>
            <translation>“{1}”是文件夹，不是图片：请指定其中的文件。</translation>
        </message>
        <message>
            <source>'{1}' is no ordinary file: name a picture.</source>
            <translation>“{1}”不是普通文件：请指定一张图片。</translation>
        </message>
        <message>
            <source>'{1}' is empty (0 bytes): export or copy it again.</source>
            <translation>“{1}”是空文件（0 字节）：请重新导出或复制。</translation>
        </message>
        <message>
            <source>'{1}' cannot be read ({2}).</source>
            <translation>无法读取“{1}”（{2}）。</translation>
        </message>
        <message>
            <source>'{1}' cannot be read: you lack the permission; change it or use a copy.</source>
            <translation>无法读取“{1}”：你没有权限，请更改权限或使用副本。</translation>
        </message>
        <message>
            <source>'{1}' holds {2} frames: the first is used.</source>
            <translation>“{1}”包含 {2} 帧：使用第一帧。</translation>
        </message>
        <message>
            <source>'{1}' carries no recipe: only a PNG made by ccnet, and not saved again by another program, has one.</source>
            <translation>“{1}”不含生成配方：只有由 ccnet 生成、且未被其他程序重新保存的 PNG 才有。</translation>
        </message>
        <message>
            <source>'{1}' was changed after ccnet made it, so its input is lost: use the file as ccnet saved it.</source>
            <translation>“{1}”在 ccnet 生成后被改动过，输入已丢失：请使用 ccnet 保存的原文件。</translation>
        </message>
        <message>
            <source>The recipe in '{1}' has format {2} but this version reads at most format {3}: use the version of ccnet that made it.</source>
            <translation>“{1}”中的生成配方为格式 {2}，而此版本最高只能读取格式 {3}：请使用生成它的 ccnet 版本。</translation>
        </message>
        <message>
            <source>The recipe in '{1}' is damaged: use the file as ccnet saved it.</source>
            <translation>“{1}”中的生成配方已损坏：请使用 ccnet 保存的原文件。</translation>
        </message>
        <message>
            <source>'{1}' is damaged or no project ({2}): use a copy of it, or open a picture.</source>
            <translation>“{1}”已损坏或不是工程（{2}）：请使用它的副本，或打开一张图片。</translation>
        </message>
        <message>
            <source>There is no file '{1}': check its name.</source>
            <translation>没有文件“{1}”：请检查名称。</translation>
        </message>
        <message>
            <source>'{1}' was saved by a newer version of this program (format {2}, this one reads {3}): open it with that version.</source>
            <translation>“{1}”由本程序的更新版本保存（格式 {2}，此版本读取 {3}）：请用那个版本打开。</translation>
        </message>
        <message>
            <source>'{1}' is too small: each side needs at least {2} pixels.</source>
            <translation>“{1}”太小：每边至少需要 {2} 像素。</translation>
        </message>
        <message>
            <source>'{1}' is cut off: what is left of it was opened; save it under another name.</source>
            <translation>“{1}”不完整：已打开其剩余部分，请以其他名称保存。</translation>
        </message>
        <message>
            <source>'{1}' could not be saved because {2}.</source>
            <translation>无法保存“{1}”，因为{2}。</translation>
        </message>
        <message>
            <source>'{1}' could not be exported because {2}.</source>
            <translation>无法导出“{1}”，因为{2}。</translation>
        </message>
        <message>
            <source>'{1}' could not be written ({2}): make room or name another --out folder.</source>
            <translation>无法写入“{1}”（{2}）：请腾出空间，或用 --out 指定其他文件夹。</translation>
        </message>
        <message>
            <source>Unsaved work cannot be kept in '{1}' because {2}.</source>
            <translation>无法在“{1}”中保留未保存的作品，因为{2}。</translation>
        </message>
        <message>
            <source>A PSD file holds at most {1} pixels a side: save a project instead.</source>
            <translation>PSD 文件每边最多 {1} 像素：请改为保存工程。</translation>
        </message>
        <message>
            <source>A mask of {1} does not fit a picture of {2}.</source>
            <translation>大小为 {1} 的蒙版与大小为 {2} 的图片不符。</translation>
        </message>
        <message>
            <source>The picture was saved without a recipe: its topmost garment was not drawn for what lies beneath it now.</source>
            <translation>图片已保存，但不含生成配方：最上层的服装并不是针对现在它下面的内容绘制的。</translation>
        </message>
        <message>
            <source>It is not known how "{1}" was drawn.</source>
            <translation>不清楚“{1}”是如何绘制的。</translation>
        </message>
        <message>
            <source>The picture is wholly transparent: there is nobody in it to dress.</source>
            <translation>图片完全透明：其中没有可换装的角色。</translation>
        </message>
        <message>
            <source>No character was found in the picture: paint a mask by hand, or use another parser.</source>
            <translation>图片中没有找到角色：请手动绘制蒙版，或使用其他解析器。</translation>
        </message>
        <message>
            <source>No character was found in the picture: paint the mask by hand, or choose another parser.</source>
            <translation>图片中没有找到角色：请手动绘制蒙版，或选择其他解析器。</translation>
        </message>
        <message>
            <source>No character was found in the picture: paint the mask by hand, or click on the character.</source>
            <translation>图片中没有找到角色：请手动绘制蒙版，或点击角色。</translation>
        </message>
        <message>
            <source>{1} characters were found and the largest was taken: choose another by a point on it or by its number, 1 being the largest.</source>
            <translation>找到 {1} 个角色，已选取最大的一个：可用角色上的一个点或编号另选，1 为最大的。</translation>
        </message>
        <message>
            <source>{1} characters were found; the largest is used.</source>
            <translation>找到 {1} 个角色，使用最大的一个。</translation>
        </message>
        <message>
            <source>No face was found: the room for the new outfit is a guess, look at the mask.</source>
            <translation>没有找到脸：为新服装留出的空间只是估计，请检查蒙版。</translation>
        </message>
        <message>
            <source>No clothes were found on the character; found: {1}. Paint the mask by hand.</source>
            <translation>角色身上没有找到衣服；已找到：{1}。请手动绘制蒙版。</translation>
        </message>
        <message>
            <source>No {1} found; found: {2}.</source>
            <translation>没有找到{1}；已找到：{2}。</translation>
        </message>
        <message>
            <source>No "{1}" was found; found: {2}.</source>
            <translation>没有找到“{1}”；已找到：{2}。</translation>
        </message>
        <message>
            <source>No "{1}" was found{2}: use another word, or click on it instead.</source>
            <translation>没有找到“{1}”{2}：请换一个词，或改为点击它。</translation>
        </message>
        <message>
            <source>No "{1}" was found on this character: choose another one, or other words.</source>
            <translation>这个角色身上没有找到“{1}”：请选择其他角色，或换用其他文字。</translation>
        </message>
        <message>
            <source>No outerwear found over the dress: give the dress a new look instead.</source>
            <translation>连衣裙外没有找到外套／大衣：请改为给连衣裙换新造型。</translation>
        </message>
        <message>
            <source>No outerwear found; found: {1}.</source>
            <translation>没有找到外套／大衣；已找到：{1}。</translation>
        </message>
        <message>
            <source>No slots are chosen: choose from {1}.</source>
            <translation>没有选择任何部位：可选择：{1}。</translation>
        </message>
        <message>
            <source>Nothing is left of the mask: protect less of the picture, or point at something else.</source>
            <translation>蒙版已一点不剩：请减少图片的保护区域，或指向其他内容。</translation>
        </message>
        <message>
            <source>Nothing is left to repaint: everything that the mask would cover is protected.</source>
            <translation>没有可重绘的部分：蒙版要覆盖的内容全部受到保护。</translation>
        </message>
        <message>
            <source>Only {1} can be removed: give the {2} a new look instead.</source>
            <translation>只能移除{1}：请改为给{2}换新造型。</translation>
        </message>
        <message>
            <source>Only accessories and outer garments can be removed ({1}), not the {2}: name the outfit to put on instead.</source>
            <translation>只能移除配饰和外衣（{1}），不能移除{2}：请改为写出要换上的服装。</translation>
        </message>
        <message>
            <source>Name what is to be removed, one or more of: {1}.</source>
            <translation>请写出要移除的内容，从中选择一项或多项：{1}。</translation>
        </message>
        <message>
            <source>What was pointed at is the {1}, which cannot be removed: name the outfit to put on instead.</source>
            <translation>所指的是{1}，无法移除：请改为写出要换上的服装。</translation>
        </message>
        <message>
            <source>The point {1}, {2} lies outside the picture, which is {3} x {4} pixels.</source>
            <translation>点 {1}, {2} 在图片之外，图片为 {3} x {4} 像素。</translation>
        </message>
        <message>
            <source>The point {1}, {2} lies outside the picture, which is {3} x {4} pixels: click inside it.</source>
            <translation>点 {1}, {2} 在图片之外，图片为 {3} x {4} 像素：请在图片内点击。</translation>
        </message>
        <message>
            <source>The picture is transparent at {1}, {2}: click on a garment.</source>
            <translation>图片在 {1}, {2} 处是透明的：请点击一件衣服。</translation>
        </message>
        <message>
            <source>There is only background at {1}, {2}: point at a character.</source>
            <translation>{1}, {2} 处只有背景：请指向一个角色。</translation>
        </message>
        <message>
            <source>There is no character {1} in the picture: {2}.</source>
            <translation>图片中没有角色 {1}：{2}。</translation>
        </message>
        <message>
            <source>The box is {1} x {2} pixels: draw one around a garment.</source>
            <translation>框的大小为 {1} x {2} 像素：请拖框圈住一件衣服。</translation>
        </message>
        <message>
            <source>The box lies outside the picture, which is {1} x {2} pixels: draw one inside it.</source>
            <translation>框在图片之外，图片为 {1} x {2} 像素：请在图片内拖框。</translation>
        </message>
        <message>
            <source>Nothing was found {1}: click on the middle of a garment, or draw a box around it.</source>
            <translation>{1}没有找到任何内容：请点击衣服的中间，或拖框圈住它。</translation>
        </message>
        <message>
            <source>Nothing was {1}: click on a garment, or draw a box around it.</source>
            <translation>没有{1}：请点击一件衣服，或拖框圈住它。</translation>
        </message>
        <message>
            <source>That is the background: click on a garment, or draw a box around it.</source>
            <translation>那是背景：请点击一件衣服，或拖框圈住它。</translation>
        </message>
        <message>
            <source>The rough mask is empty: paint over the garment first, or click on it.</source>
            <translation>粗略蒙版是空的：请先涂抹衣服，或点击它。</translation>
        </message>
        <message>
            <source>There are no words to look for: name what is to be found, such as "ribbon".</source>
            <translation>没有要查找的文字：请写出要找的内容，例如“ribbon”。</translation>
        </message>
        <message>
            <source>{1} words are too many to look for at once: use fewer.</source>
            <translation>一次查找 {1} 个词太多：请减少一些。</translation>
        </message>
        <message>
            <source>The mask is empty: paint over the outfit first.</source>
            <translation>蒙版是空的：请先涂抹服装。</translation>
        </message>
        <message>
            <source>The mask covers the whole picture: leave out what must stay as it is.</source>
            <translation>蒙版覆盖了整张图片：请留出必须保持原样的部分。</translation>
        </message>
        <message>
            <source>The old garment shows beside the mask ({1} pixels): grow the mask by {2}.</source>
            <translation>蒙版旁露出旧服装（{1} 像素）：请将蒙版扩大 {2}。</translation>
        </message>
        <message>
            <source>, </source>
            <translation>、</translation>
        </message>
        <message>
            <source>1 pixel</source>
            <translation>1 像素</translation>
        </message>
        <message>
            <source>{1} pixels</source>
            <translation>{1} 像素</translation>
        </message>
        <message>
            <source>Seed {1}: {2} of what was drawn has the old garment's colours: try another seed, or grow the mask.</source>
            <translation>种子 {1}：所画内容中有 {2} 带有旧服装的颜色：请换一个种子，或扩大蒙版。</translation>
        </message>
        <message>
            <source>This result was withheld because {1}: try another seed or other words.</source>
            <translation>此结果未予显示，因为{1}：请换一个种子或其他文字。</translation>
        </message>
        <message>
            <source>There was not enough memory to draw at about {1}: this was drawn at about {2}.</source>
            <translation>内存不足，无法以约 {1} 绘制：已改为以约 {2} 绘制。</translation>
        </message>
        <message>
            <source>There is not enough memory to draw at about {1}: use a smaller resolution, draw fewer images at once, or close other programs.</source>
            <translation>内存不足，无法以约 {1} 绘制：请使用更小的分辨率，减少一次绘制的数量，或关闭其他程序。</translation>
        </message>
        <message>
            <source>There is not enough memory to {1}: close other programs, use a smaller resolution or model, or let the model lie in the machine's memory (offload).</source>
            <translation>内存不足，无法{1}：请关闭其他程序，使用更小的分辨率或模型，或让模型存放在机器内存中（offload）。</translation>
        </message>
        <message>
            <source>There is not enough memory.</source>
            <translation>内存不足。</translation>
        </message>
        <message>
            <source>Something went wrong in the engine, {1} ({2}): the log tells more.</source>
            <translation>引擎出错，{1}（{2}）：详情请查看日志。</translation>
        </message>
        <message>
            <source>The engine was lost twice during {1}, it {2}: {3}; else look into its log.</source>
            <translation>引擎{2}，这是它在{1}期间第二次中断：{3}；否则请查看引擎日志。</translation>
        </message>
        <message>
            <source>The engine cannot be started (exit code {1}): look into its log.</source>
            <translation>无法启动引擎（退出代码 {1}）：请查看其日志。</translation>
        </message>
        <message>
            <source>The engine cannot be started ({1}): restart the program or the machine.</source>
            <translation>无法启动引擎（{1}）：请重启程序或机器。</translation>
        </message>
        <message>
            <source>The engine {1}. It is started again.</source>
            <translation>引擎{1}，正在重新启动。</translation>
        </message>
        <message>
            <source>There is no LoRA called "{1}": take its tag out of the prompt.</source>
            <translation>没有名为“{1}”的 LoRA：请从提示词中去掉它的标签。</translation>
        </message>
        <message>
            <source>The tag "{1}" cannot be read: write it as &lt;lora:name:0.8&gt;, with a point in the number.</source>
            <translation>无法读取标签“{1}”：请写成 &lt;lora:name:0.8&gt;，数字使用小数点。</translation>
        </message>
        <message>
            <source>The LoRA {1} is asked for in the negative prompt: put its tag into the prompt, with a scale below 0 to turn it round.</source>
            <translation>LoRA {1} 写在了负面提示词中：请把它的标签放进提示词，要反转效果请使用小于 0 的强度。</translation>
        </message>
        <message>
            <source>A strength of {1} leaves none of {2} steps to run: raise one.</source>
            <translation>改变程度为 {1} 时，{2} 步中没有一步可执行：请提高其中一项。</translation>
        </message>
        <message>
            <source>The seed is too large for {1} images: at most {2} in all.</source>
            <translation>种子对 {1} 张图片来说太大：总共最大为 {2}。</translation>
        </message>
        <message>
            <source>{1} must be a number from {2} to {3}, not {4}.</source>
            <translation>{1} 必须是 {2} 到 {3} 之间的数字，不能是 {4}。</translation>
        </message>
        <message>
            <source>{1} must be a whole number from {2} to {3}, not {4}.</source>
            <translation>{1} 必须是 {2} 到 {3} 之间的整数，不能是 {4}。</translation>
        </message>
        <message>
            <source>The embedding "{1}" was left out ({2}).</source>
            <translation>嵌入“{1}”未被使用（{2}）。</translation>
        </message>
        <message>
            <source>The model "{1}" has no ControlNet: its folder lacks controlnet/.</source>
            <translation>模型“{1}”没有 ControlNet：它的文件夹缺少 controlnet/。</translation>
        </message>
        <message>
            <source>The model's numbers grew past what they are computed in, so that there is no picture: use it in bfloat16 or float32 instead of float16.</source>
            <translation>模型的数值超出了计算精度的范围，无法得到图片：请用 bfloat16 或 float32 代替 float16。</translation>
        </message>
        <message>
            <source>No inpainting ControlNet for {1} is among your models, so that what is drawn hardly knows what surrounds it: get {2} in the models window.</source>
            <translation>你的模型中没有适用于 {1} 的 inpainting ControlNet，绘制时几乎不了解周围的内容：请在模型窗口中获取 {2}。</translation>
        </message>
        <message>
            <source>A fast mode is for models of SD1.5 and SDXL, not for "{1}": use fewer steps.</source>
            <translation>快速模式适用于 SD1.5 和 SDXL 的模型，不适用于“{1}”：请减少步数。</translation>
        </message>
        <message>
            <source>The fast mode "{1}" needs the LoRA {2}: ccnet models download {3}.</source>
            <translation>快速模式“{1}”需要 LoRA {2}：ccnet models download {3}。</translation>
        </message>
        <message>
            <source>OpenPose is licensed by Carnegie Mellon University for non-commercial use only.</source>
            <translation>OpenPose 由卡内基梅隆大学授权，仅限非商业用途。</translation>
        </message>
        <message>
            <source>No pose was found in the picture: use another control, such as lineart or canny.</source>
            <translation>图片中没有找到姿势：请使用其他控制层，例如 lineart 或 canny。</translation>
        </message>
        <message>
            <source>No regions were found in the picture: use another control, such as lineart or canny.</source>
            <translation>图片中没有找到区域：请使用其他控制层，例如 lineart 或 canny。</translation>
        </message>
        <message>
            <source>This is no card of the wardrobe.</source>
            <translation>这不是衣橱的卡片。</translation>
        </message>
        <message>
            <source>This card was made by a newer version of the program: update it to use the card.</source>
            <translation>此卡片由本程序的更新版本制作：请更新程序后再使用。</translation>
        </message>
        <message>
            <source>{1} is no card of the wardrobe, only a picture.</source>
            <translation>{1} 不是衣橱的卡片，只是一张图片。</translation>
        </message>
        <message>
            <source>This card is damaged: what it says of the outfit cannot be read.</source>
            <translation>此卡片已损坏：无法读取其中的服装描述。</translation>
        </message>
        <message>
            <source>{1} cannot be read as a card: {2}.</source>
            <translation>{1} 无法作为卡片读取：{2}。</translation>
        </message>
        <message>
            <source>{1} cannot be read as a card: it is no whole PNG.</source>
            <translation>{1} 无法作为卡片读取：它不是完整的 PNG。</translation>
        </message>
        <message>
            <source>{1} is a damaged card: what it says of the outfit cannot be read.</source>
            <translation>{1} 是损坏的卡片：无法读取其中的服装描述。</translation>
        </message>
        <message>
            <source>{1} is too large for a card.</source>
            <translation>{1} 太大，不能作为卡片。</translation>
        </message>
        <message>
            <source>{1} holds no tags: its rows must be tag, category, count, aliases.</source>
            <translation>{1} 不含标签：每行必须是标签、类别、数量、别名。</translation>
        </message>
        <message>
            <source>{1} is too large for a table of tags: choose a smaller one.</source>
            <translation>{1} 太大，不能作为标签表：请选择更小的。</translation>
        </message>
        <message>
            <source>{1} is no table of tags: it must be a CSV file in UTF-8.</source>
            <translation>{1} 不是标签表：必须是 UTF-8 编码的 CSV 文件。</translation>
        </message>
        <message>
            <source>There is no model {1}: check the path.</source>
            <translation>没有模型 {1}：请检查路径。</translation>
        </message>
        <message>
            <source>There is no model "{1}": none was imported or downloaded yet.</source>
            <translation>没有模型“{1}”：尚未导入或下载任何模型。</translation>
        </message>
        <message>
            <source>There is no file or folder {1}: check the path.</source>
            <translation>没有文件或文件夹 {1}：请检查路径。</translation>
        </message>
        <message>
            <source>There is already a model "{1}": remove it first, or give another name.</source>
            <translation>已有模型“{1}”：请先移除它，或换一个名称。</translation>
        </message>
        <message>
            <source>"{1}" is the name of a known model: give another one.</source>
            <translation>“{1}”是已知模型的名称：请换一个。</translation>
        </message>
        <message>
            <source>{1} leaves no name for a model: give one with letters or digits.</source>
            <translation>{1} 无法得出模型名称：请使用包含字母或数字的名称。</translation>
        </message>
        <message>
            <source>{1} is no model that CC_ControlNet knows: it works with SD1.5 and SDXL.</source>
            <translation>{1} 不是 CC_ControlNet 认识的模型：它适用于 SD1.5 和 SDXL。</translation>
        </message>
        <message>
            <source>{1} is {2}; CC_ControlNet works with SD1.5 and SDXL.</source>
            <translation>{1} 是 {2}；CC_ControlNet 适用于 SD1.5 和 SDXL。</translation>
        </message>
        <message>
            <source>{1} is neither a file nor a folder: it cannot be imported.</source>
            <translation>{1} 既不是文件也不是文件夹：无法导入。</translation>
        </message>
        <message>
            <source>{1} is no folder in diffusers' layout, it has no model_index.json: name one that is, or a file.</source>
            <translation>{1} 不是 diffusers 布局的文件夹，没有 model_index.json：请指定这样的文件夹，或一个文件。</translation>
        </message>
        <message>
            <source>{1} describes no Stable Diffusion model, it has no unet/: name the folder of one.</source>
            <translation>{1} 描述的不是 Stable Diffusion 模型，没有 unet/：请指定这样一个模型的文件夹。</translation>
        </message>
        <message>
            <source>{1} holds no weights: get the model again.</source>
            <translation>{1} 不含权重：请重新获取模型。</translation>
        </message>
        <message>
            <source>{1} holds no tensors: get it again.</source>
            <translation>{1} 不含张量：请重新获取。</translation>
        </message>
        <message>
            <source>{1} is empty: get it again.</source>
            <translation>{1} 是空的：请重新获取。</translation>
        </message>
        <message>
            <source>{1} is truncated: get it again.</source>
            <translation>{1} 不完整：请重新获取。</translation>
        </message>
        <message>
            <source>{1} is truncated or damaged: get it again.</source>
            <translation>{1} 不完整或已损坏：请重新获取。</translation>
        </message>
        <message>
            <source>{1} is truncated, {2} of its {3} bytes are there: get it again.</source>
            <translation>{1} 不完整，{3} 字节中只有 {2} 字节：请重新获取。</translation>
        </message>
        <message>
            <source>{1} is damaged, {2} bytes follow its end: get it again.</source>
            <translation>{1} 已损坏，末尾多出 {2} 字节：请重新获取。</translation>
        </message>
        <message>
            <source>{1} is damaged, its header makes no sense: get it again.</source>
            <translation>{1} 已损坏，文件头没有意义：请重新获取。</translation>
        </message>
        <message>
            <source>{1} is no safetensors file: get it again.</source>
            <translation>{1} 不是 safetensors 文件：请重新获取。</translation>
        </message>
        <message>
            <source>{1} is a pickle that was renamed: get the real safetensors file.</source>
            <translation>{1} 是改了名的 pickle 文件：请获取真正的 safetensors 文件。</translation>
        </message>
        <message>
            <source>{1} is a Git LFS pointer, not the weights: run `git lfs pull`.</source>
            <translation>{1} 是 Git LFS 指针，不是权重：请运行 `git lfs pull`。</translation>
        </message>
        <message>
            <source>{1} is a GGUF file, quantised for another program: get the model as a safetensors file.</source>
            <translation>{1} 是 GGUF 文件，为其他程序量化：请获取 safetensors 文件形式的模型。</translation>
        </message>
        <message>
            <source>{1} is a pickle that asks for {2}, which can run any code: get the model as a safetensors file.</source>
            <translation>{1} 是要求使用 {2} 的 pickle 文件，可能运行任意代码：请获取 safetensors 文件形式的模型。</translation>
        </message>
        <message>
            <source>{1} is a pickle that cannot be opened safely: get the model as a safetensors file.</source>
            <translation>{1} 是无法安全打开的 pickle 文件：请获取 safetensors 文件形式的模型。</translation>
        </message>
        <message>
            <source>{1} is a TorchScript program, not weights: get the model as a safetensors file.</source>
            <translation>{1} 是 TorchScript 程序，不是权重：请获取 safetensors 文件形式的模型。</translation>
        </message>
        <message>
            <source>{1} cannot be read: {2}.</source>
            <translation>无法读取 {1}：{2}。</translation>
        </message>
        <message>
            <source>{1} changed while it was copied: wait until it is finished and import it again.</source>
            <translation>{1} 在复制过程中发生了变化：请等它写完后重新导入。</translation>
        </message>
        <message>
            <source>{1} was pruned, it has no VAE of its own: name one with --vae.</source>
            <translation>{1} 被精简过，没有自带的 VAE：请用 --vae 指定一个。</translation>
        </message>
        <message>
            <source>{1} was pruned, it lacks its {2}: get the whole checkpoint.</source>
            <translation>{1} 被精简过，缺少 {2}：请获取完整的检查点。</translation>
        </message>
        <message>
            <source>The model {1} is missing: get the model again or name another one.</source>
            <translation>缺少模型 {1}：请重新获取该模型，或指定其他模型。</translation>
        </message>
        <message>
            <source>The model's folder {1} is missing: get the model again or name another one.</source>
            <translation>缺少模型文件夹 {1}：请重新获取该模型，或指定其他模型。</translation>
        </message>
        <message>
            <source>{1} cannot be loaded, its files are damaged: get the model again.</source>
            <translation>无法加载 {1}，文件已损坏：请重新获取模型。</translation>
        </message>
        <message>
            <source>{1} cannot be loaded: config and weights do not fit ({2}).</source>
            <translation>无法加载 {1}：配置与权重不符（{2}）。</translation>
        </message>
        <message>
            <source>{1} of the model {2} is gone: {3} the model again.</source>
            <translation>模型 {2} 的 {1} 已丢失：请重新{3}该模型。</translation>
        </message>
        <message>
            <source>{1} of the model {2} is damaged, it is not what was filed: {3} the model again.</source>
            <translation>模型 {2} 的 {1} 已损坏，与存入时不同：请重新{3}该模型。</translation>
        </message>
        <message>
            <source>There is no room for {1} in {2}: free some, or set CCNET_HOME to a folder on another disk.</source>
            <translation>{2} 中没有存放 {1} 的空间：请腾出一些，或将 CCNET_HOME 设为其他磁盘上的文件夹。</translation>
        </message>
        <message>
            <source>There is no room for {1} in {2}: free some, or set HF_HOME to a folder on another disk.</source>
            <translation>{2} 中没有存放 {1} 的空间：请腾出一些，或将 HF_HOME 设为其他磁盘上的文件夹。</translation>
        </message>
        <message>
            <source>{1} may not be read or written: change its permissions, or set CCNET_HOME to a folder of yours.</source>
            <translation>{1} 不允许读取或写入：请更改其权限，或将 CCNET_HOME 设为你自己的文件夹。</translation>
        </message>
        <message>
            <source>{1} may not be written: change its permissions, or set HF_HOME.</source>
            <translation>{1} 不允许写入：请更改其权限，或设置 HF_HOME。</translation>
        </message>
        <message>
            <source>{1} disappeared while it was needed: check the disk and try again.</source>
            <translation>{1} 在使用中消失了：请检查磁盘后重试。</translation>
        </message>
        <message>
            <source>{1} is given only to those who agreed to its licence: accept it at {2}, log in with `hf auth login`, and download {3} again.</source>
            <translation>{1} 只提供给同意其许可证的人：请在 {2} 接受许可证，用 `hf auth login` 登录，然后重新下载 {3}。</translation>
        </message>
        <message>
            <source>Downloads are switched off by HF_HUB_OFFLINE: unset it to download {1}.</source>
            <translation>下载已被 HF_HUB_OFFLINE 关闭：要下载 {1}，请取消设置它。</translation>
        </message>
        <message>
            <source>The hub has no {1}, or does not show it to you: see whether {2} is there.</source>
            <translation>Hub 上没有 {1}，或不对你显示：请查看 {2} 是否存在。</translation>
        </message>
        <message>
            <source>The hub's {1} no longer has the version of {2} that was asked for: see {3}.</source>
            <translation>Hub 上的 {1} 已没有所要求的 {2} 版本：请查看 {3}。</translation>
        </message>
        <message>
            <source>The hub's {1} no longer holds all files of {2}: see {3}.</source>
            <translation>Hub 上的 {1} 已不含 {2} 的全部文件：请查看 {3}。</translation>
        </message>
        <message>
            <source>The hub does not let you have {1}: log in anew with `hf auth login`, and see at {2} whether it is open to you.</source>
            <translation>Hub 不允许你获取 {1}：请用 `hf auth login` 重新登录，并在 {2} 查看它是否对你开放。</translation>
        </message>
        <message>
            <source>The hub wants fewer requests just now: wait some minutes, and download {1} again.</source>
            <translation>Hub 目前要求减少请求：请等几分钟，再重新下载 {1}。</translation>
        </message>
        <message>
            <source>The hub answered with error {1}: try again later, what came so far is kept.</source>
            <translation>Hub 返回错误 {1}：请稍后重试，已下载的部分会保留。</translation>
        </message>
        <message>
            <source>The hub does not answer: check the network and download {1} again, what came so far is kept.</source>
            <translation>Hub 没有响应：请检查网络并重新下载 {1}，已下载的部分会保留。</translation>
        </message>
        <message>
            <source>The hub cannot be reached: check the network, and download {1} again.</source>
            <translation>无法连接 Hub：请检查网络，然后重新下载 {1}。</translation>
        </message>
        <message>
            <source>The connection keeps breaking: download {1} again later, what came so far is kept.</source>
            <translation>连接不断中断：请稍后重新下载 {1}，已下载的部分会保留。</translation>
        </message>
        <message>
            <source>{1} cannot be downloaded to {2}: {3}.</source>
            <translation>无法将 {1} 下载到 {2}：{3}。</translation>
        </message>
        <message>
            <source>{1} does not answer as a hub does: check the network, its proxy, and HF_ENDPOINT if it is set.</source>
            <translation>{1} 的响应不像 Hub：请检查网络、代理，以及 HF_ENDPOINT（如果已设置）。</translation>
        </message>
        <message>
            <source>{1} of {2} arrived damaged and was deleted: download {3} again.</source>
            <translation>{2} 的 {1} 下载后发现已损坏，已被删除：请重新下载 {3}。</translation>
        </message>
        <message>
            <source>{1} of {2} is not the file this program knows under that name: it is not used, look at {3} for what has changed.</source>
            <translation>{2} 的 {1} 不是本程序所知的同名文件：不会使用它，请在 {3} 查看有何变化。</translation>
        </message>
        <message>
            <source>Another program is downloading {1} of {2} just now: wait for it, and try again.</source>
            <translation>另一个程序正在下载 {2} 的 {1}：请等它完成后重试。</translation>
        </message>
        <message>
            <source>{1} cannot be deleted: {2}.</source>
            <translation>无法删除 {1}：{2}。</translation>
        </message>
        <message>
            <source>Nothing was downloaded: the licences were not accepted.</source>
            <translation>没有下载任何内容：许可证未被接受。</translation>
        </message>
        <message>
            <source>{1} is there.</source>
            <translation>{1} 已就绪。</translation>
        </message>
        <message>
            <source>marked as wanted</source>
            <translation>标记任何要选取的内容</translation>
        </message>
        <message>
            <source>clicked</source>
            <translation>点击任何内容</translation>
        </message>
        <message>
            <source>at {1}, {2}</source>
            <translation>在 {1}, {2} 处</translation>
        </message>
        <message>
            <source>there</source>
            <translation>在那里</translation>
        </message>
        <message>
            <source>nothing</source>
            <translation>无</translation>
        </message>
        <message>
            <source>no clothes</source>
            <translation>没有衣服</translation>
        </message>
        <message>
            <source>; found: {1}</source>
            <translation>；已找到：{1}</translation>
        </message>
        <message>
            <source>there is one</source>
            <translation>只有一个</translation>
        </message>
        <message>
            <source>there are {1}, 1 being the largest</source>
            <translation>共有 {1} 个，1 号最大</translation>
        </message>
        <message>
            <source>draw this</source>
            <translation>进行此次绘制</translation>
        </message>
        <message>
            <source>do this</source>
            <translation>完成此操作</translation>
        </message>
        <message>
            <source>this job</source>
            <translation>此任务</translation>
        </message>
        <message>
            <source>loading this model</source>
            <translation>加载此模型</translation>
        </message>
        <message>
            <source>stopped with exit code {1}</source>
            <translation>已停止（退出代码 {1}）</translation>
        </message>
        <message>
            <source>was stopped by {1}</source>
            <translation>被 {1} 终止</translation>
        </message>
        <message>
            <source>if the machine's memory was full, use a smaller resolution or model or close other programs</source>
            <translation>如果机器的内存已满，请使用更小的分辨率或模型，或关闭其他程序</translation>
        </message>
        <message>
            <source>there is no room left: free some, or save on another disk</source>
            <translation>磁盘空间不足：请腾出一些空间，或保存到其他磁盘</translation>
        </message>
        <message>
            <source>writing there is not allowed: choose another folder</source>
            <translation>那里不允许写入：请选择其他文件夹</translation>
        </message>
        <message>
            <source>the folder does not exist: choose another</source>
            <translation>文件夹不存在：请选择其他文件夹</translation>
        </message>
        <message>
            <source>{1}: try again, or choose another folder</source>
            <translation>{1}：请重试，或选择其他文件夹</translation>
        </message>
        <message>
            <source>no space left on device</source>
            <translation>设备上没有剩余空间</translation>
        </message>
        <message>
            <source>permission denied</source>
            <translation>没有权限</translation>
        </message>
        <message>
            <source>no such file or directory</source>
            <translation>没有这样的文件或文件夹</translation>
        </message>
        <message>
            <source>download</source>
            <translation>下载</translation>
        </message>
        <message>
            <source>import</source>
            <translation>导入</translation>
        </message>
        <message>
            <source>top</source>
            <translation>上衣</translation>
        </message>
        <message>
            <source>bottom</source>
            <translation>裙子／裤子</translation>
        </message>
        <message>
            <source>dress</source>
            <translation>连衣裙</translation>
        </message>
        <message>
            <source>outerwear</source>
            <translation>外套／大衣</translation>
        </message>
        <message>
            <source>legwear</source>
            <translation>袜子</translation>
        </message>
        <message>
            <source>shoes</source>
            <translation>鞋子</translation>
        </message>
        <message>
            <source>headwear</source>
            <translation>头饰</translation>
        </message>
        <message>
            <source>neckwear</source>
            <translation>颈饰</translation>
        </message>
        <message>
            <source>gloves</source>
            <translation>手套</translation>
        </message>
    </context>
    <context>
        <name>Shapes</name>
        <message>
            <source>Sleeveless</source>
            <translation>无袖</translation>
        </message>
        <message>
            <source>Short sleeves</source>
            <translation>短袖</translation>
        </message>
        <message>
            <source>Long sleeves</source>
            <translation>长袖</translation>
        </message>
        <message>
            <source>Wide sleeves</source>
            <translation>宽袖</translation>
        </message>
        <message>
            <source>Long skirt</source>
            <translation>长裙</translation>
        </message>
        <message>
            <source>Miniskirt</source>
            <translation>迷你裙</translation>
        </message>
        <message>
            <source>Pencil skirt</source>
            <translation>铅笔裙</translation>
        </message>
        <message>
            <source>Frilled skirt</source>
            <translation>荷叶边裙</translation>
        </message>
        <message>
            <source>Pleated skirt</source>
            <translation>百褶裙</translation>
        </message>
        <message>
            <source>Skirt</source>
            <translation>裙子</translation>
        </message>
        <message>
            <source>Trousers</source>
            <translation>裤子</translation>
        </message>
        <message>
            <source>Hakama</source>
            <translation>袴</translation>
        </message>
        <message>
            <source>Shorts</source>
            <translation>短裤</translation>
        </message>
        <message>
            <source>Capri pants</source>
            <translation>七分裤</translation>
        </message>
        <message>
            <source>Long dress</source>
            <translation>长连衣裙</translation>
        </message>
        <message>
            <source>Ball gown</source>
            <translation>舞会礼服</translation>
        </message>
        <message>
            <source>Short dress</source>
            <translation>短连衣裙</translation>
        </message>
        <message>
            <source>Sundress</source>
            <translation>吊带裙</translation>
        </message>
        <message>
            <source>China dress</source>
            <translation>旗袍</translation>
        </message>
        <message>
            <source>Kimono</source>
            <translation>和服</translation>
        </message>
        <message>
            <source>Robe</source>
            <translation>长袍</translation>
        </message>
        <message>
            <source>Maid dress</source>
            <translation>女仆裙</translation>
        </message>
        <message>
            <source>Dress</source>
            <translation>连衣裙</translation>
        </message>
        <message>
            <source>Swimsuit</source>
            <translation>泳装</translation>
        </message>
        <message>
            <source>Coat</source>
            <translation>大衣</translation>
        </message>
        <message>
            <source>Cape</source>
            <translation>披风</translation>
        </message>
        <message>
            <source>Hooded cloak</source>
            <translation>连帽斗篷</translation>
        </message>
        <message>
            <source>Hood</source>
            <translation>兜帽</translation>
        </message>
        <message>
            <source>Train</source>
            <translation>拖裾</translation>
        </message>
    </context>
    <context>
        <name>Tags</name>
        <message>
            <source>top</source>
            <translation>上衣</translation>
        </message>
        <message>
            <source>skirt or trousers</source>
            <translation>裙子或裤子</translation>
        </message>
        <message>
            <source>dress</source>
            <translation>连衣裙</translation>
        </message>
        <message>
            <source>outerwear</source>
            <translation>外套</translation>
        </message>
        <message>
            <source>legwear</source>
            <translation>袜子</translation>
        </message>
        <message>
            <source>footwear</source>
            <translation>鞋子</translation>
        </message>
        <message>
            <source>headwear</source>
            <translation>头饰</translation>
        </message>
        <message>
            <source>neckwear</source>
            <translation>颈饰</translation>
        </message>
        <message>
            <source>gloves</source>
            <translation>手套</translation>
        </message>
        <message>
            <source>whole outfit</source>
            <translation>整套服装</translation>
        </message>
        <message>
            <source>accessory</source>
            <translation>配饰</translation>
        </message>
        <message>
            <source>colour</source>
            <translation>颜色</translation>
        </message>
        <message>
            <source>pattern</source>
            <translation>图案</translation>
        </message>
        <message>
            <source>material</source>
            <translation>材质</translation>
        </message>
        <message>
            <source>detail</source>
            <translation>细节</translation>
        </message>
        <message>
            <source>picture</source>
            <translation>画面</translation>
        </message>
        <message>
            <source>artist</source>
            <translation>画师</translation>
        </message>
        <message>
            <source>series</source>
            <translation>作品</translation>
        </message>
        <message>
            <source>character</source>
            <translation>角色</translation>
        </message>
        <message>
            <source>tag</source>
            <translation>标签</translation>
        </message>
    </context>
    <context>
        <name>TaskPanel</name>
        <message>
            <source>Progress</source>
            <translation>进度</translation>
        </message>
        <message>
            <source>Accept and download</source>
            <translation>接受并下载</translation>
        </message>
        <message>
            <source>Accepts the licence that is shown</source>
            <translation>接受所显示的许可证</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>What came so far is kept for the next time</source>
            <translation>已下载的部分会保留到下次</translation>
        </message>
        <message>
            <source>Cancelled. What came so far is kept for the next time.</source>
            <translation>已取消。已下载的部分会保留到下次。</translation>
        </message>
    </context>
    <context>
        <name>ToolOptions</name>
        <message>
            <source>A pen's pressure changes the size</source>
            <translation>笔压改变大小</translation>
        </message>
        <message>
            <source>A pen's pressure changes the opacity</source>
            <translation>笔压改变不透明度</translation>
        </message>
        <message>
            <source>Only what hangs together with the place clicked on</source>
            <translation>仅限与点击处相连的区域</translation>
        </message>
        <message>
            <source>Size</source>
            <translation>大小</translation>
        </message>
        <message>
            <source>The brush's size ([ and ])</source>
            <translation>画笔大小（[ 和 ]）</translation>
        </message>
        <message>
            <source>Hardness</source>
            <translation>硬度</translation>
        </message>
        <message>
            <source>How sharp the brush's edge is ({ and })</source>
            <translation>画笔边缘的锐利程度（{ 和 }）</translation>
        </message>
        <message>
            <source>Opacity</source>
            <translation>不透明度</translation>
        </message>
        <message>
            <source>How strongly the brush paints (1 to 9, and 0)</source>
            <translation>画笔的浓度（1 到 9 和 0）</translation>
        </message>
        <message>
            <source>Tolerance</source>
            <translation>容差</translation>
        </message>
        <message>
            <source>How much colours may differ</source>
            <translation>颜色允许的差异</translation>
        </message>
    </context>
    <context>
        <name>Tools</name>
        <message>
            <source>Lasso</source>
            <translation>套索</translation>
        </message>
        <message>
            <source>Polygon</source>
            <translation>多边形</translation>
        </message>
        <message>
            <source>Rectangle</source>
            <translation>矩形</translation>
        </message>
        <message>
            <source>Fill</source>
            <translation>填充</translation>
        </message>
        <message>
            <source>Magic wand</source>
            <translation>魔棒</translation>
        </message>
        <message>
            <source>Erase</source>
            <translation>擦除</translation>
        </message>
        <message>
            <source>Paint</source>
            <translation>绘制</translation>
        </message>
        <message>
            <source>Smart click</source>
            <translation>智能点选</translation>
        </message>
        <message>
            <source>Flare {percent} %</source>
            <translation>裙摆 {percent} %</translation>
        </message>
        <message>
            <source>Hem: open</source>
            <translation>下摆：不限</translation>
        </message>
        <message>
            <source>Hem: cropped</source>
            <translation>下摆：露腰</translation>
        </message>
        <message>
            <source>Hem: waist</source>
            <translation>下摆：腰</translation>
        </message>
        <message>
            <source>Hem: thigh</source>
            <translation>下摆：大腿</translation>
        </message>
        <message>
            <source>Hem: knee</source>
            <translation>下摆：膝</translation>
        </message>
        <message>
            <source>Hem: ankle</source>
            <translation>下摆：脚踝</translation>
        </message>
        <message>
            <source>Sleeves: open</source>
            <translation>袖子：不限</translation>
        </message>
        <message>
            <source>No sleeves</source>
            <translation>无袖</translation>
        </message>
        <message>
            <source>Short sleeves</source>
            <translation>短袖</translation>
        </message>
        <message>
            <source>Long sleeves</source>
            <translation>长袖</translation>
        </message>
        <message>
            <source>Wide sleeves</source>
            <translation>宽袖</translation>
        </message>
        <message>
            <source>Brush</source>
            <translation>画笔</translation>
        </message>
        <message>
            <source>Paint over the outfit. Ctrl erases, Shift draws a straight line, [ ] changes the size.</source>
            <translation>涂抹服装。Ctrl 擦除，Shift 画直线，[ ] 改变大小。</translation>
        </message>
        <message>
            <source>Eraser</source>
            <translation>橡皮擦</translation>
        </message>
        <message>
            <source>Take away from the mask. Hold Ctrl to paint.</source>
            <translation>从蒙版中擦除。按住 Ctrl 绘制。</translation>
        </message>
        <message>
            <source>Draw around an area to mask it. Hold Ctrl to take it away.</source>
            <translation>圈出区域加入蒙版。按住 Ctrl 移除。</translation>
        </message>
        <message>
            <source>Click from corner to corner; Enter closes, Backspace takes a corner back.</source>
            <translation>逐角点击；回车闭合，退格撤回一个角。</translation>
        </message>
        <message>
            <source>Drag over an area to mask it. Hold Ctrl to take it away, Shift for a square.</source>
            <translation>拖出区域加入蒙版。按住 Ctrl 移除，Shift 画正方形。</translation>
        </message>
        <message>
            <source>Click inside an outline you painted to fill it. Hold Ctrl to remove a patch.</source>
            <translation>点击你画的轮廓内部进行填充。按住 Ctrl 去除一块。</translation>
        </message>
        <message>
            <source>Click on a colour to mask it. Hold Ctrl to take it away.</source>
            <translation>点击某种颜色加入蒙版。按住 Ctrl 移除。</translation>
        </message>
        <message>
            <source>Click on a garment, or drag a box around it. Shift adds, Alt takes away.</source>
            <translation>点击衣服，或拖框圈住它。Shift 添加，Alt 移除。</translation>
        </message>
        <message>
            <source>Target shape</source>
            <translation>目标版型</translation>
        </message>
        <message>
            <source>Drag hem, sleeves and flare to where the new outfit shall end.</source>
            <translation>拖动下摆、袖口和裙摆到新服装的边界。</translation>
        </message>
        <message>
            <source>Move view</source>
            <translation>移动视图</translation>
        </message>
        <message>
            <source>Drag the picture. With any tool: hold Space, or the middle button.</source>
            <translation>拖动画面。任何工具下：按住空格或鼠标中键。</translation>
        </message>
    </context>
    <context>
        <name>WardrobeModel</name>
        <message>
            <source>Double-click or Enter puts it on; or drag it onto the picture</source>
            <translation>双击或回车穿上；也可拖到画面上</translation>
        </message>
    </context>
    <context>
        <name>WardrobePanel</name>
        <message>
            <source>Search the wardrobe</source>
            <translation>搜索衣橱</translation>
        </message>
        <message>
            <source>Shows the cards whose name or words hold this</source>
            <translation>显示名称或文字包含此内容的卡片</translation>
        </message>
        <message>
            <source>Wardrobe</source>
            <translation>衣橱</translation>
        </message>
        <message>
            <source>Put on</source>
            <translation>穿上</translation>
        </message>
        <message>
            <source>Save this outfit as a card</source>
            <translation>将此服装存为卡片</translation>
        </message>
        <message>
            <source>Import cards</source>
            <translation>导入卡片</translation>
        </message>
        <message>
            <source>Delete card</source>
            <translation>删除卡片</translation>
        </message>
        <message>
            <source>Choose outfit</source>
            <translation>选择服装</translation>
        </message>
        <message>
            <source>Outfit</source>
            <translation>服装</translation>
        </message>
        <message>
            <source>Delete the card "{name}"? This cannot be undone.</source>
            <translation>删除卡片“{name}”？此操作无法撤销。</translation>
        </message>
        <message>
            <source>The card cannot be deleted: {reason}.</source>
            <translation>无法删除卡片：{reason}。</translation>
        </message>
        <message>
            <source>Cards (*.png)</source>
            <translation>卡片 (*.png)</translation>
        </message>
    </context>
    <context>
        <name>Window</name>
        <message>
            <source>Looking for the clothes ...</source>
            <translation>正在识别衣服...</translation>
        </message>
        <message>
            <source>Loading the model</source>
            <translation>正在加载模型</translation>
        </message>
        <message>
            <source>Kept as a garment; the original is untouched</source>
            <translation>已作为服装图层采用；原图未改动</translation>
        </message>
        <message>
            <source>Pull shape</source>
            <translation>调整版型</translation>
        </message>
        <message>
            <source>Use garment's settings</source>
            <translation>使用服装的设置</translation>
        </message>
        <message>
            <source>Tags from {name} are completed now</source>
            <translation>现在可补全 {name} 中的标签</translation>
        </message>
        <message>
            <source>Choose a smaller working size under Advanced.</source>
            <translation>在“高级”中选择更小的工作尺寸。</translation>
        </message>
        <message>
            <source>Draw one candidate at a time.</source>
            <translation>每次只画一个候选。</translation>
        </message>
        <message>
            <source>Close other programs.</source>
            <translation>关闭其他程序。</translation>
        </message>
    </context>
</TS>
