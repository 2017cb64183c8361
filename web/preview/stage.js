/**
 * Stands in for the server in a preview: the configuration that is being edited, and a conversation that was never
 * held. Nothing of it reaches a server, so nobody's queue rings because somebody chooses a colour.
 */
globalThis.setStage = ({ config, language, scheme, scene }) => {
  const words = globalThis.SAMPLES[language];
  const realFetch = globalThis.fetch;
  const answer = (body) => Promise.resolve(new Response(JSON.stringify(body)));
  let number = 0;

  globalThis.fetch = async (address, options) => {
    const { pathname, origin } = new URL(address, location.href);
    if (pathname.endsWith("/config.json")) return answer(config);
    if (pathname === "/api/v2/webmessaging/messages") {
      const entities = history().reverse();
      return answer({ entities, pageSize: 25, pageNumber: 1, pageCount: 1, total: entities.length });
    }
    const isOurs = pathname.startsWith("/web/") && origin === new URL(location.href).origin;
    if (!isOurs) throw new TypeError("a preview asks for nothing else");
    const response = await realFetch(address, options);
    if (!pathname.endsWith(".css")) return response;
    // The scheme is the preview's choice, not the machine's.
    const media = scheme === "dark" ? "all" : "not all";
    return new Response((await response.text()).replaceAll("(prefers-color-scheme: dark)", media));
  };

  globalThis.WebSocket = class {
    readyState = 0;

    constructor() {
      setTimeout(() => {
        this.readyState = 1;
        this.onopen?.();
      });
    }

    send(text) {
      const request = JSON.parse(text);
      const { tracingId } = request;
      if (request.action === "configureSession") this.#hear("SessionResponse", session(), tracingId);
      else if (request.action === "getJwt") this.#hear("JwtResponse", { jwt: "preview", exp: Date.now() }, tracingId);
      else if (request.action === "echo") this.#hear("StructuredMessage", { direction: "Inbound" }, tracingId);
      else if (request.action === "onMessage") this.#take(request);
    }

    #take({ message, tracingId }) {
      if (message.type === "Event") return;
      const echo = said("Inbound", message.text, { content: message.content, metadata: message.metadata });
      this.#hear("StructuredMessage", echo, tracingId);
      const answered = () => said("Outbound", words.answer, { originatingEntity: "Bot" });
      setTimeout(() => this.#hear("StructuredMessage", answered()), 700);
    }

    #hear(name, body, tracingId) {
      const data = JSON.stringify({ type: "message", class: name, code: 200, body, tracingId });
      setTimeout(() => this.readyState === 1 && this.onmessage?.({ data }));
    }

    close() {
      this.readyState = 3;
    }
  };

  function session() {
    const { enableAttachments, modes = [] } = config.messenger?.fileUpload ?? {};
    const fileTypes = modes.flatMap((mode) => mode.fileTypes ?? []).map((type) => ({ type }));
    const inbound = enableAttachments ? { fileTypes, maxFileSizeKB: modes[0]?.maxFileSizeKB } : { fileTypes: [] };
    return { connected: true, newSession: scene !== "talk", readOnly: false, allowedMedia: { inbound } };
  }

  function said(direction, text, more = {}) {
    number += 1;
    const time = new Date(Date.now() - 240_000 + number * 20_000).toISOString();
    const from = more.originatingEntity === "Human" ? { nickname: words.name } : {};
    return {
      id: String(number).padStart(32, "0"), type: "Text", direction, text, content: [], metadata: {},
      channel: { time, type: "Private", from, messageId: String(number) }, ...more,
    };
  }

  function history() {
    number = 0;
    const hasMarkdown = config.messenger?.apps?.conversations?.markdown?.enabled === true;
    const bot = hasMarkdown ? words.bot : words.bot.replaceAll("**", "");
    const replies = words.replies.map((text) => ({
      contentType: "QuickReply", quickReply: { text, payload: text, action: "Message" },
    }));
    return [
      said("Inbound", words.ask, { metadata: { id: "ask" } }),
      said("Outbound", bot, { originatingEntity: "Bot" }),
      said("Outbound", words.person, { originatingEntity: "Human" }),
      said("Outbound", words.choice, { originatingEntity: "Bot", type: "Structured", content: replies }),
    ];
  }
};
