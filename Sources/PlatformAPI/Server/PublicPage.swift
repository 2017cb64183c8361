/// A page outside the screens, for who comes by a link: the mark, whose house it is, a title, and what stands below.
struct PublicPage {
    var language: SignInPage.Language
    var organization: String
    /// As HTML.
    var title: String
    /// More lines of the head, as HTML.
    var head = ""
    /// What stands below the title, as HTML.
    var main: String

    /// The whole page.
    var html: String {
        """
        <!doctype html>
        <html lang="\(language.rawValue)">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
        <meta name="color-scheme" content="light dark">
        <title>\(title) · \(organization.htmlEscaped)</title>
        <link rel="icon" href="/web/styles/mark.svg" type="image/svg+xml">
        <link rel="stylesheet" href="/web/styles/tokens.css">
        <link rel="stylesheet" href="/web/styles/sign-in.css">
        \(head)
        </head>
        <body>
        <main>
        <img class="mark" src="/web/styles/mark.svg" alt="" width="40" height="40">
        <p class="organization">\(organization.htmlEscaped)</p>
        <h1>\(title)</h1>
        \(main)
        </main>
        </body>
        </html>

        """
    }
}
