"""The key with which pictures that leave are signed by C2PA, and the certificates that vouch for others'."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from media.errors import StorageFailed
from media.provenance import is_installed

_CURVES = {"secp256r1": "ES256", "secp384r1": "ES384", "secp521r1": "ES512"}
_LETTERS = 8
#: The least width of a picture that is signed: a signature weighs thirteen kilobytes, and its original's as much.
LARGE = 1280


@dataclass(frozen=True, slots=True)
class Signing:
    """Files of PEM: a private key, and its certificate with those above it. `mark` tells keys apart in file names."""

    key: str
    certificate: str
    algorithm: str
    mark: str


def open_signing(key: Path | None, certificate: Path | None) -> Signing | None:
    """What to sign with, where both files are named; raises StorageFailed where they are of no use."""
    if key is None and certificate is None:
        return None
    if key is None or certificate is None:
        raise _useless("one of them is not named; name the key and its certificate")
    if not is_installed():
        raise _useless("c2pa is not installed; install duta[c2pa]")
    try:
        private = load_pem_private_key(key.read_bytes(), None)
        chain = certificate.read_bytes()
        leaf = x509.load_pem_x509_certificates(chain)[0]
    except (OSError, ValueError, TypeError) as error:
        raise _useless(f"a file cannot be read as PEM without a password ({error})") from None
    spoken = leaf.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) != spoken:
        raise _useless("the first certificate is of another key")
    mark = hashlib.sha256(chain).hexdigest()[:_LETTERS]
    return Signing(str(key.absolute()), str(certificate.absolute()), _algorithm(private), mark)


def _algorithm(private: PrivateKeyTypes) -> str:
    match private:
        case ec.EllipticCurvePrivateKey() if private.curve.name in _CURVES:
            return _CURVES[private.curve.name]
        case ed25519.Ed25519PrivateKey():
            return "ED25519"
        case rsa.RSAPrivateKey():
            return "PS256"
        case _:
            raise _useless("the key is none of ECDSA (P-256, P-384, P-521), Ed25519 and RSA")


def open_anchors(path: Path | None) -> str:
    """The certificates of those who vouch for signers, as PEM; raises StorageFailed."""
    if path is None:
        return ""
    try:
        text = path.read_text("ascii")
        x509.load_pem_x509_certificates(text.encode())
    except (OSError, ValueError) as error:
        raise StorageFailed(f'DUTA_C2PA_ANCHORS cannot be used: "{path}" holds no certificates ({error}).') from None
    return text


def _useless(why: str) -> StorageFailed:
    return StorageFailed(f"DUTA_C2PA_KEY and DUTA_C2PA_CERTIFICATE cannot be used: {why}.")
