"""Let the validator of IIIF ask for a picture: python tests/outside/iiif_images.py HOST:PORT SLUG VALIDATOR.

VALIDATOR is the folder of iiif-validator 1.0.5 as it is unpacked; install lxml, Pillow, bottle and python-magic where
you run it. SLUG is of a picture that is open to everybody and drawn from the colours in the validator's `colorInfo`,
1000 by 1000 pixels. Leaves with 1 where it complains of anything but `size_noup`: that wants an error for `!2000,3000`,
which the specification lets fit the region.
"""

import re
import subprocess
import sys

ALLOWED = {"size_noup"}

if __name__ == "__main__":
    server, slug, folder = sys.argv[1:]
    options = ["-s", server, "-p", "iiif/3", "-i", slug, "--version=3.0", "--level=2"]
    done = subprocess.run(
        [sys.executable, "iiif-validate.py", *options, "-v"], cwd=folder, capture_output=True, text=True, check=False
    )
    results = dict(re.findall(r"^\[\d+\] test (\w+) (PASS|FAIL)", done.stdout + done.stderr, re.MULTILINE))
    failed = {name for name, result in results.items() if result == "FAIL"}
    sys.stdout.write(f"{len(results) - len(failed)} of {len(results)} passed; failed: {', '.join(sorted(failed))}\n")
    raise SystemExit(not results or bool(failed - ALLOWED))
