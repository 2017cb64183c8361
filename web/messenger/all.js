/**
 * Names every module of the messenger, so that the browser asks for all of them at once instead of finding one inside
 * the other, a round trip each. A test holds the list complete.
 */
import "../lib/back-off.js";
import "../lib/format.js";
import "../lib/html.js";
import "../lib/i18n.js";
import "../lib/model.js";
import "../lib/render.js";
import "../lib/safe-url.js";
import "../lib/storage.js";
import "../lib/view-element.js";
import "./attention.js";
import "./catch-up.js";
import "./delivery.js";
import "./elements/carousel.js";
import "./elements/composer.js";
import "./elements/emoji.js";
import "./elements/log.js";
import "./elements/menu.js";
import "./elements/panel.js";
import "./elements/questions.js";
import "./guest-socket.js";
import "./history.js";
import "./models/colour.js";
import "./models/connection.js";
import "./models/content.js";
import "./models/frames.js";
import "./models/linkify.js";
import "./models/markdown.js";
import "./models/memory.js";
import "./models/message.js";
import "./models/outbox.js";
import "./models/preferences.js";
import "./models/questions.js";
import "./models/timeline.js";
import "./models/transcript-text.js";
import "./models/transcript.js";
import "./models/wire.js";
import "./session.js";
import "./sheets.js";
import "./uploads.js";
import "./views/author.js";
import "./views/content.js";
import "./views/context.js";
import "./views/download.js";
import "./views/fields.js";
import "./views/focus.js";
import "./views/icons.js";
import "./views/lightbox.js";
import "./views/message.js";
import "./views/quick-replies.js";
import "./views/uploads.js";
import "./views/welcome.js";

export { start } from "./app.js";
