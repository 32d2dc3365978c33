"""`duta rights check`, and imports that bring rules."""

import pytest
from click.testing import CliRunner

from api.cli.main import cli

RECORDS = """{"type": "RightsGrant", "id": "rightsgrant:sample-a", "title": "A", "locale": "en", "state": "PUBLISHED", "licence": "https://creativecommons.org/licenses/by-nc/4.0/deed.id"}
{"type": "Asset", "id": "asset:sample-a", "kind": "WORK", "title": "A", "locale": "en", "rights": ["rightsgrant:sample-a"]}
{"type": "RightsGrant", "id": "rightsgrant:sample-b", "title": "B", "locale": "en", "rules": [{"effect": "permission", "action": "shwo"}]}
"""  # noqa: E501 - one record a line


@pytest.fixture
def duta(home):
    def run(*arguments: str):
        return CliRunner().invoke(cli, [*arguments], prog_name="duta", catch_exceptions=False)

    return run


def test_rules_of_an_import_are_checked_and_the_command_says_what_they_allow(duta, tmp_path):
    path = tmp_path / "rights.jsonl"
    path.write_text(RECORDS, encoding="utf-8")
    imported = duta("import", str(path)).stdout
    assert 'rights.jsonl:3: column "rules[0].action": "shwo" cannot stand here.' in imported

    allowed = duta("rights", "check", "asset:sample-a", "--territory", "SEA", "--purpose", "news")
    assert (allowed.exit_code, allowed.stdout.splitlines()[-1]) == (0, "It may be used so.")
    assert "ALLOWED_WITH_DUTIES" in allowed.stdout

    denied = duta("rights", "check", "asset:sample-a", "asset:none", "--purpose", "TRADE", "--locale", "id")
    assert (denied.exit_code, denied.stderr) == (1, "duta: 2 of 2 may not be used so.\n")
    assert "“A” (CC BY-NC 4.0) melarang mengomersialkan." in denied.stdout
    assert "Tidak ada aset dengan id “asset:none”." in denied.stdout
