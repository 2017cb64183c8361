/** What is said in the preview's conversation, by language; words of a shop, not of the product. */
globalThis.SAMPLES = {
  en: {
    ask: "Do you deliver to Osaka by Friday?",
    bot: "Yes, we do. Orders before **3 pm** leave the same day.",
    choice: "Shall I ask a person?",
    replies: ["Yes, please", "No, thank you"],
    person: "Hello, Aoi here. I have set a tin of Yudachi aside for you.",
    name: "Aoi",
    answer: "This is a preview: nobody reads what you write here.",
  },
  ja: {
    ask: "金曜日までに大阪へ届きますか。",
    bot: "はい、お届けできます。**15時**までのご注文は当日に発送します。",
    choice: "担当者におつなぎしますか。",
    replies: ["お願いします", "結構です"],
    person: "担当の葵です。「夕立」を一缶お取り置きしました。",
    name: "葵",
    answer: "プレビューのため、ここに書いた内容はだれにも届きません。",
  },
};
