"""Upload a picture in pieces as tuspy does: python tests/outside/tus_client.py ADDRESS-OF-DUTA PICTURE [KEY].

Install tuspy where you run it; it is no part of the project. The picture is broken off once and gone on with.
"""

import json
import sys
from pathlib import Path
from urllib.request import Request, urlopen

from tusclient.client import TusClient

if __name__ == "__main__":
    base, path, *key = sys.argv[1:]
    headers = {"Authorization": f"Bearer {key[0]}"} if key else {}
    client = TusClient(f"{base}/media/uploads", headers=headers)
    piece = max(1, Path(path).stat().st_size // 4)
    told = {"filename": Path(path).name, "alt": "Sent in pieces", "locale": "en"}
    first = client.uploader(path, chunk_size=piece, metadata=told)
    first.upload_chunk()
    rest = client.uploader(path, chunk_size=piece, url=first.url)
    sys.stdout.write(f"gone on from {rest.offset} of {Path(path).stat().st_size}\n")
    rest.upload()
    with urlopen(Request(str(first.url), headers=headers)) as answer:
        sys.stdout.write(f"{json.load(answer)['id']}\n")
