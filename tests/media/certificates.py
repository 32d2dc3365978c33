"""A certificate of our own making, with which pictures are signed in the tests."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID


@dataclass(frozen=True)
class Certified:
    """Files of PEM: the key, its certificate with the one above it, and that one alone."""

    key: Path
    certificate: Path
    anchors: Path


def certified(folder: Path, who: str = "Sample desk") -> Certified:
    above, own = generate_private_key(SECP256R1()), generate_private_key(SECP256R1())
    root = _made("Sample authority", "Sample authority", above, above, authority=True)
    leaf = _made(who, "Sample authority", own, above, authority=False)
    folder.mkdir(parents=True, exist_ok=True)
    found = Certified(folder / "key.pem", folder / "certificate.pem", folder / "anchors.pem")
    found.key.write_bytes(own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    found.certificate.write_bytes(leaf.public_bytes(Encoding.PEM) + root.public_bytes(Encoding.PEM))
    found.anchors.write_bytes(root.public_bytes(Encoding.PEM))
    return found


def _name(of: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Sample"), x509.NameAttribute(NameOID.COMMON_NAME, of)]
    )


def _made(
    of: str, by: str, key: EllipticCurvePrivateKey, signer: EllipticCurvePrivateKey, *, authority: bool
) -> x509.Certificate:
    now, usage = datetime.now(UTC), [False] * 9
    usage[0], usage[5], usage[6] = not authority, authority, authority
    made = (
        x509.CertificateBuilder()
        .subject_name(_name(of))
        .issuer_name(_name(by))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(1))
        .not_valid_after(now + timedelta(30))
        .add_extension(x509.BasicConstraints(authority, None), critical=True)
        .add_extension(x509.KeyUsage(*usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    if not authority:
        made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
    return made.sign(signer, SHA256())
