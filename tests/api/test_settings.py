"""Settings: read from the environment when asked, refused by name, value and cure."""

from pathlib import Path

import pytest

from api.roles import Role
from api.settings import BrokenSettings, SearchEngine, Settings, read_settings, setting_names, unknown_settings
from graph.search.engines import ENGINES


def test_nothing_is_needed_to_begin(home, monkeypatch):
    monkeypatch.delenv("DUTA_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    settings = read_settings()

    assert settings.home == Path("/data/duta")
    assert settings.database == Path("/data/duta/duta.sqlite3")
    assert (settings.country, settings.locale, settings.url) == ("ID", "en", "http://127.0.0.1:8000")
    assert settings.neo4j_uri is None


def test_the_environment_is_read_when_asked_and_not_before(home, monkeypatch):
    monkeypatch.setenv("DUTA_PORT", "8001")
    assert read_settings().port == 8001
    monkeypatch.setenv("DUTA_PORT", "8002")
    assert read_settings().port == 8002
    assert read_settings(port=8003).port == 8003


def test_values_take_their_canonical_form(home, monkeypatch):
    monkeypatch.setenv("DUTA_COUNTRY", "kr")
    monkeypatch.setenv("DUTA_LOCALE", "zh_hans")
    monkeypatch.setenv("DUTA_PUBLIC_URL", "https://Duta.Example.org/")
    monkeypatch.setenv("DUTA_ALLOWED_HOSTS", " www.example.org ,Old.Example.org")
    monkeypatch.setenv("DUTA_LOG_LEVEL", " WARNING ")
    settings = read_settings()

    assert (settings.country, settings.locale, settings.log_level) == ("KR", "zh-Hans", "warning")
    assert settings.url == "https://Duta.Example.org"
    assert settings.hosts == {
        "127.0.0.1",
        "::1",
        "localhost",
        "duta.example.org",
        "www.example.org",
        "old.example.org",
    }


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DUTA_PORT", "70000", "Use a whole number from 0 to 65535, such as 8000."),
        ("DUTA_LOCALE", "klingonish", ": it is no language tag. Use a language tag, such as id or en."),
        (
            "DUTA_PUBLIC_URL",
            "duta.example.org",
            ": it is no http or https address. Write it as https://duta.example.org.",
        ),
        ("DUTA_ALLOWED_HOSTS", "*", ": a host name holds neither a path nor a star. Write names only, such as"),
        ("DUTA_SEARCH_ENGINE", "lucene", "Use whoosh or tantivy."),
        ("DUTA_MEDIA_STORAGE", "ftp://pictures", ": it is neither a folder nor an s3 address."),
        ("DUTA_LIMITS", "objets=5", ": there is no limit objets; did you mean objects. Write names"),
        ("DUTA_LIMITS", "objects=0", ": objects is no number from 1 to 1000000000. Write names"),
        ("DUTA_LIMITS", "objects", ": objects is no number from 1 to 1000000000. Write names"),
        ("DUTA_TRUSTED_PROXIES", "*", "Write them as 127.0.0.1,10.0.0.0/8."),
        ("DUTA_TRUSTED_PROXIES", "10.0.0.1/8", "has host bits set"),
        ("DUTA_BUDGET_PER_KEY", "-1", "Use a whole number, such as 6000000."),
        ("DUTA_OIDC_ISSUER", "http://login.example.org", ": it is no https address."),
        ("DUTA_OIDC_ISSUER", "https://login.example.org", ": without an audience, tokens for other applications would"),
        ("DUTA_OIDC_JWKS_URL", "file:///keys", ": it is no https address."),
        ("DUTA_OIDC_ROLES", "bosses=KING", ': "KING" is no role; there are PARTNER, CREATOR, PLANNER, EDITOR, ADMIN.'),
        ("DUTA_OIDC_ROLES", "bosses", ': "bosses" is no role'),
        ("DUTA_OIDC_ROLES", "all=PUBLIC", ': "PUBLIC" is no role'),
        ("DUTA_LOG_FORMAT", "xml", "Use text or json."),
        ("DUTA_LOG_LEVEL", "loud", "Use debug, info, warning or error."),
        ("DUTA_TRUSTED_ONLY", "friends", "Use nobody, public or everyone."),
        ("DUTA_CACHE_SECONDS", "-1", "Use a whole number from 0 to 86400, such as 60."),
        ("DUTA_HOME", " ", ": it is empty. Name a folder that you may write to."),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_with_the_cure(home, monkeypatch, name, value, sentence):
    monkeypatch.setenv(name, value)
    with pytest.raises(BrokenSettings) as refused:
        read_settings()

    (problem,) = refused.value.problems
    assert problem.startswith(f'{name} is "{value}", which cannot be used')
    assert sentence in problem


def test_all_broken_settings_are_named_at_once(home, monkeypatch):
    monkeypatch.setenv("DUTA_PORT", "x")
    monkeypatch.setenv("DUTA_COUNTRY", "x")
    with pytest.raises(BrokenSettings) as refused:
        read_settings()

    assert [problem.split()[0] for problem in refused.value.problems] == ["DUTA_COUNTRY", "DUTA_PORT"]


def test_a_password_is_in_no_text(home, monkeypatch):
    monkeypatch.setenv("DUTA_NEO4J_PASSWORD", "a secret")

    assert "a secret" not in f"{read_settings()!r}{read_settings().model_dump_json()}"


def test_a_file_in_the_current_folder_changes_nothing(home, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("DUTA_PORT=9999\n")

    assert read_settings().port == 8000


def test_variables_that_are_no_settings_are_named_but_those_of_the_tests():
    given = {"DUTA_HOST": "::1", "DUTA_HOTS": "", "DUTA_TEST_NEO4J_URI": "", "DUTA_REQUIRE_BROWSER": "1", "PATH": ""}

    assert unknown_settings(given) == ["There is no setting DUTA_HOTS; did you mean DUTA_HOST?"]


def test_limits_are_changed_by_name(home, monkeypatch):
    monkeypatch.setenv("DUTA_LIMITS", "objects=50000, first = 200,")

    assert read_settings().limits == (("objects", 50_000), ("first", 200))


def test_the_engines_are_those_of_search():
    assert tuple(SearchEngine) == ENGINES


def test_every_setting_has_a_description_and_a_row_in_the_docs():
    page = (Path(__file__).parents[2] / "docs" / "settings.md").read_text("utf-8")

    assert [name for name in setting_names() if f"| `{name}` |" not in page] == []
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_lists_of_settings_are_read_in_their_canonical_form(home, monkeypatch):
    monkeypatch.setenv("DUTA_TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8,::1")
    monkeypatch.setenv("DUTA_OIDC_ROLES", "a=b=editor, planners=PLANNER,")

    assert read_settings().trusted_proxies == ("127.0.0.1/32", "10.0.0.0/8", "::1/128")
    assert read_settings().oidc_roles == (("a=b", Role.EDITOR), ("planners", Role.PLANNER))
