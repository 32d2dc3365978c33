"""Ask a running Duta for an embed as its consumers do: python tests/outside/oembed_consumers.py STORY [NODE_MODULES].

micawber, pyoembed, oembedpy and Wagtail's finder; install them where you run it. With a folder where npm has installed
them, also @extractus/oembed-extractor, unfurl.js and open-graph-scraper, for which Node is needed. They are no part of
the project. Leaves with 1 where one of them takes no answer.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import django
import micawber
import oembedpy.consumer
import oembedpy.discovery
import pyoembed
from django.conf import settings

#: The extractor asks every provider by https, and is given a way to one that has none.
_NODE = """
const [url, base] = process.argv.slice(1);
const ogs = require('open-graph-scraper'), {unfurl} = require('unfurl.js');
(async () => {
  const {result} = await ogs({url}), page = await unfurl(url, {oembed: true});
  const {setProviderList, extract} = await import('@extractus/oembed-extractor');
  setProviderList([{provider_name: 'Duta', provider_url: base,
    endpoints: [{schemes: [base + '/a/*'], url: base + '/oembed'}]}]);
  const plainly = (asked) => fetch(base.startsWith('https:') ? asked : asked.replace('https:', 'http:'));
  const extracted = await extract(url, {maxwidth: 480}, plainly);
  console.log(JSON.stringify({
    graph: [result.ogTitle, result.ogDescription, result.ogImage?.[0]?.url, result.ogImage?.[0]?.alt,
      result.twitterCard, result.jsonLD?.length],
    unfurled: page.oEmbed, extracted,
  }));
})();
"""


def by_micawber(url: str, base: str) -> str:
    registry = micawber.ProviderRegistry()
    registry.register(re.escape(base) + r"/a/\S+", micawber.Provider(f"{base}/oembed"))
    return _told("micawber", registry.request(url, maxwidth=480))


def by_pyoembed(url: str) -> str:
    """By the discovery links of the page."""
    return _told("pyoembed", pyoembed.oEmbed(url, maxwidth=480))


def by_oembedpy(url: str, format: str) -> str:
    """By the discovery links of the page, and by a parser of XML that takes nothing that is not escaped."""
    address, asked = oembedpy.discovery.find_from_content(url)
    asked.max_width, asked.format = 480, format
    found = oembedpy.consumer.fetch_content(address, asked, fallback_type=False)
    told = {name: getattr(found, f"_{name}", None) or getattr(found, name, None) for name in ("type", "version")}
    told |= {name: getattr(found, name) for name in ("title", "width", "height", "html")}
    return _told(f"oembedpy in {format}", told)


def by_wagtail(url: str, base: str) -> str:
    if not settings.configured:
        settings.configure(INSTALLED_APPS=["wagtail.embeds"], USE_TZ=True)
        django.setup()
    from wagtail.embeds.finders.oembed import OEmbedFinder

    finder = OEmbedFinder(providers=[{"endpoint": f"{base}/oembed", "urls": [re.escape(base) + r"/a/\S+"]}])
    found = finder.find_embed(url, max_width=480)
    if found["cache_until"] is None:
        raise SystemExit("Wagtail does not know how long it may keep the answer.")
    return _told("Wagtail", {"version": "1.0", **found})


def by_node(url: str, base: str, modules: Path) -> list[str]:
    done = subprocess.run(
        ["node", "-e", _NODE, url, base], cwd=modules.parent, capture_output=True, text=True, check=False
    )
    if done.returncode or not done.stdout:
        raise SystemExit(f"Node: {done.stderr[-2000:]}")
    found = json.loads(done.stdout)
    if not all(found["graph"]):
        raise SystemExit(f"open-graph-scraper: something is missing in {found['graph']}")
    return [
        f"open-graph-scraper: {found['graph'][0]!r} with {found['graph'][2]}",
        _told("unfurl.js", found["unfurled"], most=10_000),
        _told("@extractus/oembed-extractor", found["extracted"]),
    ]


def _told(who: str, found: dict[str, object], most: int = 480) -> str:
    frame = re.search(r'<iframe [^>]*src="([^"]+)"', str(found["html"]))
    if found["type"] != "rich" or str(found["version"]) != "1.0" or frame is None or int(str(found["width"])) > most:
        raise SystemExit(f"{who}: not what was asked: {found}")
    return f"{who}: {found['title']!r} in {found['width']}x{found['height']}, framed from {frame[1]}"


if __name__ == "__main__":
    given, *modules = sys.argv[1:]
    parts = urlsplit(given)
    here = f"{parts.scheme}://{parts.netloc}"
    told = [
        by_micawber(given, here),
        by_pyoembed(given),
        by_oembedpy(given, "json"),
        by_oembedpy(given, "xml"),
        by_wagtail(given, here),
        *(line for one in modules for line in by_node(given, here, Path(one).absolute())),
    ]
    sys.stdout.writelines(f"{one}\n" for one in told)
