<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
    <context>
        <name>CandidateModel</name>
        <message numerus="yes">
            <source>%n pixel(s) changed outside the mask</source>
            <translation>
                <numerusform>%n pixel changed outside the mask</numerusform>
                <numerusform>%n pixels changed outside the mask</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>DressBar</name>
        <message numerus="yes">
            <source>%n waiting</source>
            <translation>
                <numerusform>%n waiting</numerusform>
                <numerusform>%n waiting</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Finding</name>
        <message numerus="yes">
            <source>%n pixel(s) of the old outfit show beside the mask</source>
            <translation>
                <numerusform>%n pixel of the old outfit shows beside the mask</numerusform>
                <numerusform>%n pixels of the old outfit show beside the mask</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ModelsDialog</name>
        <message numerus="yes">
            <source>%n model(s), {size} in all</source>
            <translation>
                <numerusform>%n model, {size} in all</numerusform>
                <numerusform>%n models, {size} in all</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>PromiseBadge</name>
        <message numerus="yes">
            <source>%n pixel(s) changed outside the mask</source>
            <translation>
                <numerusform>%n pixel changed outside the mask</numerusform>
                <numerusform>%n pixels changed outside the mask</numerusform>
            </translation>
        </message>
    </context>
</TS>
