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
            <source>comes with the program, quick, paper dolls only</source>
            <translation>随程序附带，快速，仅限纸娃娃</translation>
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
