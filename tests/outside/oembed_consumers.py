"""Ask a running Duta for an embed as micawber and pyoembed do: python tests/outside/oembed_consumers.py URL-OF-A-STORY.

Install both where you run it; they are no part of the project. Leaves with 1 where one of them takes no answer.
"""

import re
import sys
from urllib.parse import urlsplit

import micawber
import pyoembed


def by_micawber(url: str, base: str) -> str:
    registry = micawber.ProviderRegistry()
    registry.register(re.escape(base) + r"/a/\S+", micawber.Provider(f"{base}/oembed"))
    found = registry.request(url, maxwidth=480)
    return f"micawber: {_told(found)}"


def by_pyoembed(url: str) -> str:
    """By the discovery links of the page."""
    return f"pyoembed: {_told(pyoembed.oEmbed(url, maxwidth=480))}"


def _told(found: dict[str, object]) -> str:
    frame = re.search(r'<iframe [^>]*src="([^"]+)"', str(found["html"]))
    if found["type"] != "rich" or str(found["version"]) != "1.0" or frame is None or int(str(found["width"])) > 480:
        raise SystemExit(f"Not what was asked: {found}")
    return f"{found['title']!r} in {found['width']}x{found['height']}, framed from {frame[1]}"


if __name__ == "__main__":
    given = sys.argv[1]
    parts = urlsplit(given)
    sys.stdout.write(f"{by_micawber(given, f'{parts.scheme}://{parts.netloc}')}\n{by_pyoembed(given)}\n")
