"""What works on pictures, put together from the settings."""

from contextlib import AbstractContextManager
from dataclasses import replace

from api.fingerprints import Fingerprints
from api.making import make_ahead
from api.settings import Settings
from api.uploading import Uploads
from api.wiring import House, beside
from media.limits import Limits
from media.signing import open_anchors, open_signing
from media.storage import open_storage
from media.studio import Studio


def studio_of(settings: Settings) -> Studio:
    """The studio of an installation; raises media.errors.StorageFailed."""
    return Studio(
        open_storage(settings.media),
        settings.incoming,
        replace(Limits(), bytes=settings.media_bytes),
        signing=open_signing(settings.c2pa_key, settings.c2pa_certificate),
        anchors=open_anchors(settings.c2pa_anchors),
    )


def making_ahead(house: House, studio: Studio, every: float = 2.0) -> AbstractContextManager[None]:
    """Make renditions of what was published, in a thread of its own."""
    return beside("renditions", lambda stopped: make_ahead(house.store, studio, stopped, every))


def uploads_of(house: House, studio: Studio) -> Uploads:
    return Uploads(house.store, studio, Fingerprints(house.store), house.settings.locale)
