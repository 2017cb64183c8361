"""One of every content that the wire has towards guests (reference B.5), in either language."""


def contents(language, site, server):
    """Contents by a short name."""
    def say(english, japanese):
        return japanese if language == "ja" else english

    picture = server.base_url + "/web/demo/veranda.svg"

    def file(kind, name, url):
        attachment = {"id": "1", "url": url, "filename": name, "mediaType": kind, "fileSize": 220_000}
        return {"contentType": "Attachment", "attachment": attachment}

    def card(name):
        return {
            "title": name, "description": say("Forty grams, from Uji", "宇治産 40g"), "image": picture,
            "actions": [
                {"type": "Link", "text": say("See it", "詳しく見る"), "url": "https://shop.example/tea"},
                {"type": "Postback", "text": say("Take one", "これにする"), "payload": f"take {name}"},
            ],
        }

    def item(id, english, japanese, **more):
        return {"id": id, "title": say(english, japanese), **more}

    teas = [say("Gyokuro", "玉露"), say("Sencha", "煎茶"), say("Hojicha", "ほうじ茶")]
    times = [
        {"dateTime": f"2030-12-0{day}T0{hour}:00:00.000Z", "duration": 1800} for day in (1, 2, 3, 4) for hour in (1, 2)
    ]
    sections = [
        {
            "title": say("Green", "緑茶"), "multipleSelection": True,
            "items": [item("g", "Gyokuro", "玉露", imageUrl=picture), item("s", "Sencha", "煎茶")],
        },
        {"title": say("Roasted", "ほうじ茶"), "multipleSelection": False, "items": [item("h", "Yudachi", "夕立")]},
    ]
    question = {"title": say("Which teas?", "どのお茶になさいますか"), "subtitle": say("As many as you like", "いくつでも")}
    components = [
        {"formComponentType": "Input", "input": item("name", "Name", "お名前", isRequired=True)},
        {"formComponentType": "Input", "input": item("wish", "Anything else?", "ご要望", isMultipleLine=True)},
        {
            "formComponentType": "WheelPicker",
            "wheelPicker": item("floor", "Floor", "階", items=[{"id": "1", "title": "1F", "value": "first"}]),
        },
    ]
    introduction = {"title": say("Delivery", "お届け先"), "buttonText": say("Begin", "はじめる")}
    place = {
        "latitude": 35.01, "longitude": 135.77, "text": say("The shop", "雨だれ茶舗"),
        "address": say("By the old well, Kyoto", "京都市 古い井戸のとなり"), "url": "https://maps.example/x",
    }
    return {
        "image": file("Image", "veranda.png", picture),
        "audio": file("Audio", "rain.wav", site.url + "/rain.wav"),
        "video": file("Video", "rain.webm", site.url + "/rain.wav"),
        "file": file("File", say("Brewing guide.pdf", "淹れ方のご案内.pdf"), server.base_url + "/guide.pdf"),
        "link": file("Link", say("Our teas", "お茶の一覧"), "https://shop.example/teas"),
        "place": {"contentType": "Location", "location": place},
        "unknown": {"contentType": "RoadsideAssistance", "roadsideAssistance": {"title": "?"}},
        "card": {"contentType": "Card", "card": card(teas[0])},
        "carousel": {"contentType": "Carousel", "carousel": {"cards": [card(tea) for tea in teas]}},
        "list": {
            "contentType": "ListPicker",
            "listPicker": {"id": "teas", "receivedMessage": question, "sections": sections},
        },
        "date": {
            "contentType": "DatePicker",
            "datePicker": {"title": say("When shall we come?", "いつ伺いましょうか"), "availableTimes": times},
        },
        "form": {
            "contentType": "Form",
            "form": {
                "cannedResponseId": "delivery", "introduction": introduction, "showSummary": True,
                "formPages": [{"title": say("You", "お客さまについて"), "pageComponents": components}],
            },
        },
        "small": {"contentType": "QuickReply", "quickReply": {"text": "40 g", "payload": "small"}},
        "large": {"contentType": "QuickReply", "quickReply": {"text": "100 g", "payload": "large"}},
    }


MARKDOWN = {
    "en": "\n".join([
        "We have:", "- **Gyokuro**, *shaded*", "- Sencha, see [the shop](https://shop.example)", "",
        "Say `TEA10`. <b>Really.</b>",
    ]),
    "ja": "\n".join([
        "こちらです。", "- **玉露**（*おすすめ*）", "- 煎茶。[お店](https://shop.example)をご覧ください", "",
        "合言葉は `TEA10` です。<b>ぜひ</b>",
    ]),
}
