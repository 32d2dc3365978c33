"""Which encoders are installed: others write other bytes, so they are part of a recipe."""

from functools import lru_cache

#: Raised where renditions are made in another way.
_VERSION = 2


@lru_cache(maxsize=1)
def encoders() -> str:
    """The versions of all that decides on a rendition's bytes."""
    from PIL import __version__, features

    parts = [f"{name} {features.version(name)}" for name in ("libjpeg_turbo", "webp", "avif", "littlecms2")]
    return "; ".join([f"recipe {_VERSION}", f"pillow {__version__}", *parts])
