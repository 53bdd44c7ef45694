"""The file of issuers: what it may say, and what stops the start, one line per fault."""

import secrets

import pytest
import yaml

from lib.auth.issuers import Issuers, IssuersFileError
from lib.auth.permissions import Role
from lib.config import load_settings
from lib.log import configure_logging
from tests.lib.auth.token_world import NOW, ec_key, pem_of, rsa_key


def entry(**changes):
    plain = {
        "iss": "https://norte.example",
        "audiences": ["analytics"],
        "algorithm": "HS256",
        "keys": [{"kid": "norte-1", "secret_file": "norte.key"}],
    }
    return {k: v for k, v in {**plain, **changes}.items() if v is not ...}


def pair(**changes):
    return entry(
        **{
            "iss": "https://sur.example",
            "algorithm": "RS256",
            "keys": [{"kid": "sur-1", "public_key_file": "sur.pem"}],
            **changes,
        }
    )


@pytest.fixture
def folder(tmp_path):
    files = {
        "norte.key": secrets.token_hex(32).encode(),
        "otra.key": secrets.token_hex(32).encode(),
        "corta.key": secrets.token_hex(15).encode(),
        "repetida.key": b"ab" * 32,
        "conocida.key": b"change-me-change-me-change-me-1234",
        "sur.pem": pem_of(rsa_key("south")),
        "pequena.pem": pem_of(rsa_key("small", 1_024)),
        "curva.pem": pem_of(ec_key()),
        "enorme.pem": b"x" * 20_000,
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
        (tmp_path / name).chmod(0o600)
    return tmp_path


@pytest.fixture
def load(folder):
    def load(*entries):
        path = folder / "issuers.yaml"
        path.write_text(yaml.safe_dump({"issuers": list(entries)}), encoding="utf-8")
        return Issuers.load(path)

    return load


@pytest.fixture
def refused(load):
    def refused(*entries):
        with pytest.raises(IssuersFileError) as caught:
            load(*entries)
        return str(caught.value)

    return refused


def test_what_is_not_said_has_a_careful_value(load):
    (issuer,) = load(entry())
    rules = issuer.rules
    assert (rules.leeway_seconds, rules.max_lifetime_seconds) == (30, 3_600)
    assert (rules.claims.project, rules.claims.role) == ("project_id", "role")
    assert (rules.claims.entities, rules.claims.name) == ("entities", "name")
    assert set(rules.roles.values()) == set(Role) - {Role.OPERATOR}
    assert (rules.projects, rules.cookie, rules.allowed_origins) == (None, None, ())


def test_issuers_are_found_by_their_exact_name(load):
    issuers = load(entry(cookie="norte_token"), pair(allowed_origins=["https://app.sur.example"]))
    assert [issuer.name for issuer in issuers] == ["https://norte.example", "https://sur.example"]
    assert issuers.find("https://sur.example/") is None
    assert issuers.cookies == ("norte_token",)
    assert issuers.allowed_origins == {"https://app.sur.example"}
    assert len(issuers) == 2


@pytest.mark.parametrize("name", ["corta.key", "repetida.key", "conocida.key"])
def test_a_weak_secret_stops_the_start_and_is_not_repeated(refused, folder, name):
    said = refused(entry(keys=[{"secret_file": name}]))
    assert "keys.0: a secret of at least 32 characters was expected" in said
    assert (folder / name).read_text() not in said


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("pequena.pem", "an RSA key of 2048 to 8192 bits was expected and one of 1024 came"),
        ("curva.pem", "an RSA key was expected and a key of another kind came"),
        ("norte.key", "a public key in PEM"),
        ("enorme.pem", "a file of at most 16384 bytes was expected"),
        ("nadie.pem", "a readable file was expected"),
    ],
)
def test_a_public_key_that_cannot_be_trusted_stops_the_start(refused, name, fault):
    assert fault in refused(pair(keys=[{"public_key_file": name}]))


def test_a_private_key_is_not_taken_for_a_public_one(refused, folder):
    # the line alone is enough to know it by
    (folder / "sur.pem").write_bytes(b"-----BEGIN RSA PRIVATE KEY-----\n")
    assert "a public key was expected and a private one came" in refused(pair())


def test_one_issuer_never_mixes_ways_of_signing(refused):
    mixed = [{"secret_file": "norte.key"}, {"public_key_file": "sur.pem"}]
    for algorithm in ("HS256", "RS256"):
        assert "only were expected" in refused(entry(algorithm=algorithm, keys=mixed))
    assert "RS256 only" in refused(pair(keys=[{"secret_file": "norte.key"}]))
    for algorithm in ("none", "HS512", ["HS256", "RS256"]):
        assert "issuers.0.algorithm" in refused(entry(algorithm=algorithm))


def test_two_issuers_share_neither_name_nor_key_nor_cookie(refused):
    assert "each iss was expected once" in refused(entry(), entry())
    other = entry(iss="https://este.example")
    assert "is also of https://norte.example" in refused(entry(), other)
    cookies = (entry(cookie="jwt"), pair(cookie="jwt"))
    assert "each cookie was expected once" in refused(*cookies)


def test_a_kid_stands_for_one_key(refused):
    keys = [{"kid": "a", "secret_file": "norte.key"}, {"kid": "a", "secret_file": "otra.key"}]
    assert "each kid was expected once" in refused(entry(keys=keys))


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"leeway_seconds": 61}, "issuers.0.leeway_seconds"),
        ({"leeway_seconds": True}, "issuers.0.leeway_seconds"),
        ({"max_lifetime_seconds": 0}, "issuers.0.max_lifetime_seconds"),
        ({"audiences": []}, "issuers.0.audiences"),
        ({"audience": "analytics"}, "issuers.0.audience"),
        ({"keys": []}, "issuers.0.keys"),
        ({"keys": [{"kid": "a"}]}, "one of secret_file, public_key_file, jwks_url"),
        ({"claims": {"project": "sub"}}, "issuers.0.claims"),
        ({"claims": {"project": "role"}}, "issuers.0.claims"),
        ({"roles": {"jefe": "boss"}}, "issuers.0.roles.jefe"),
        ({"roles": {"jefe": "operator"}}, "operators enter with a local account"),
        ({"roles": {}}, "issuers.0.roles"),
        ({"projects": ["101"]}, "issuers.0.projects"),
        ({"projects": []}, "issuers.0.projects"),
        ({"cookie": "a b"}, "issuers.0.cookie"),
        ({"allowed_origins": ["https://app.norte.example/"]}, "issuers.0.allowed_origins.0"),
        ({"allowed_origins": ["http://app.norte.example"]}, "https:// was expected"),
        ({"allowed_origins": ["*"]}, "issuers.0.allowed_origins.0"),
        ({"iss": ...}, "issuers.0.iss"),
        ({"iss": "local"}, "a name other than those of our own sessions was expected"),
    ],
)
def test_a_misspelt_or_impossible_value_is_named_with_its_place(refused, changes, place):
    assert place in refused(entry(**changes))


@pytest.mark.parametrize(
    "url",
    [
        "http://sur.example/jwks.json",
        "file:///etc/passwd",
        "https://user:word@sur.example/jwks.json",
        "https:///jwks.json",
        "http://127.0.0.1.sur.example/jwks.json",
    ],
)
def test_a_set_of_keys_is_read_over_https_or_from_this_machine_only(refused, url):
    assert "https:// was expected" in refused(pair(keys=[{"jwks_url": url}]))


def test_a_set_of_keys_stands_without_kid_and_dates(load, refused):
    (issuer,) = load(pair(keys=[{"jwks_url": "https://sur.example/jwks.json"}]))
    assert issuer.remote_keys.url == "https://sur.example/jwks.json"
    assert issuer.keys(None, NOW) == []
    key = {"jwks_url": "https://sur.example/jwks.json", "kid": "a"}
    assert "jwks_url stands alone" in refused(pair(keys=[key]))


@pytest.mark.parametrize(
    "dates",
    [
        {"not_after": "2026-03-01T00:00:00"},
        {"not_before": "2026-03-02T00:00:00Z", "not_after": "2026-03-01T00:00:00Z"},
    ],
)
def test_dates_of_a_key_have_an_offset_and_an_order(refused, dates):
    assert "issuers.0.keys.0" in refused(entry(keys=[{"secret_file": "norte.key", **dates}]))


def test_every_fault_of_a_file_is_told_at_once(refused):
    said = refused(
        entry(keys=[{"secret_file": "corta.key"}]), pair(keys=[{"public_key_file": "nadie.pem"}])
    )
    assert len(said.splitlines()) == 2


def test_a_file_that_is_no_list_of_issuers_is_refused(folder):
    path = folder / "issuers.yaml"
    for content in ("", "issuers: []", "- a", "issuers: [", "issuers: {}\nissuers: {}"):
        path.write_text(content, encoding="utf-8")
        with pytest.raises(IssuersFileError, match=r"issuers\.yaml"):
            Issuers.load(path)
    with pytest.raises(IssuersFileError, match="cannot be read"):
        Issuers.load(folder / "nadie.yaml")


def test_a_secret_that_others_can_read_is_told_of(load, folder, capsys):
    configure_logging("json")
    load(entry())
    assert "issuer_secret_readable_by_others" not in capsys.readouterr().err
    (folder / "norte.key").chmod(0o644)
    load(entry())
    said = capsys.readouterr().err
    assert "issuer_secret_readable_by_others" in said
    assert (folder / "norte.key").read_text() not in said


def test_one_line_end_behind_a_secret_is_no_part_of_it(load, folder):
    secret = secrets.token_hex(32)
    (folder / "norte.key").write_text(secret + "\n", encoding="utf-8")
    (issuer,) = load(entry())
    assert issuer.keys("norte-1", NOW) == [secret.encode()]
    assert secret not in repr(issuer)


def test_the_setting_names_the_file_from_the_checkout(tmp_path):
    values = {
        "INDIGITALL_HOME": str(tmp_path),
        "INDIGITALL_MASTER_SECRET": secrets.token_hex(32),
        "INDIGITALL_PII_KEY": secrets.token_hex(32),
    }
    assert load_settings(values).auth_issuers_file is None
    named = load_settings({**values, "AUTH_ISSUERS_FILE": "issuers.yaml"}).auth_issuers_file
    assert named is not None
    assert named.is_absolute()
    assert named.name == "issuers.yaml"
