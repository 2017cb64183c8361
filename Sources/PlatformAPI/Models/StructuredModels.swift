extension ModelTable {
    /// What the business shows and asks beside its text: the API's own models of content (reference, B.5 and E.2) in
    /// the notation of ``ModelTable``. Required is what guests' clients cannot do without.
    static let structured = """
        ConversationContentQuickReply: text! s, payload! s, image s, action s=Message
        ConversationContentCard: title! s, description s, image s, video s,
            defaultAction ConversationContentCardAction, actions! [ConversationContentCardAction]
        ConversationContentCardAction: type! s=Link|Postback, text s, payload s, url s
        ConversationContentCarousel: cards! [ConversationContentCard]
        ConversationContentDatePicker: id s, title s, subtitle s, imageUrl s, dateMinimum dt, dateMaximum dt,
            availableTimes! [ConversationContentDatePickerAvailableTime],
            dateDisplayFormat s=dayMonthYear|monthDayYear|yearMonthDay
        ConversationContentDatePickerAvailableTime: duration! i[1..604800], dateTime! dt
        ConversationContentListPicker: id s, sections! [ConversationContentListPickerSection],
            replyMessage ConversationContentReceivedReplyMessage,
            receivedMessage ConversationContentReceivedReplyMessage
        ConversationContentListPickerSection: title s, multipleSelection b,
            items! [ConversationContentListPickerItem]
        ConversationContentListPickerItem: id! s, title! s, subtitle s, imageUrl s
        ConversationContentReceivedReplyMessage: header s, title s, subtitle s, buttonLabel s, imageUrl s
        ConversationContentForm: introduction ConversationContentIntroduction, formPages! [ConversationFormPage],
            receivedMessage ConversationContentReceivedReplyMessage,
            replyMessage ConversationContentReceivedReplyMessage, showSummary b, cannedResponseId! s
        ConversationContentIntroduction: title! s, subtitle s, imageUrl s, buttonText! s
        ConversationFormPage: title! s, subtitle s, pageComponents! [ConversationFormPageComponent]
        ConversationFormPageComponent: formComponentType! s=ListPicker|DatePicker|WheelPicker|Input,
            datePicker ConversationContentDatePicker, wheelPicker ConversationContentWheelPicker,
            listPicker ConversationContentListPicker, input ConversationContentInput
        ConversationContentWheelPicker: id! s, title s, items! [ConversationContentWheelPickerItem]
        ConversationContentWheelPickerItem: id! s, title! s, value s
        ConversationContentInput: id! s, title! s, subtitle s, placeholderText s, isRequired b, isMultipleLine b,
            keyboardType s=Default|NumberPunctuation|Number|Phone|Email|Decimal|Websearch|URL, autoCompleteType s
        """
}
