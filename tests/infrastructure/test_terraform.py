"""`infrastructure/terraform` is well, and each check finds the fault that it is for."""

import re

import pytest

from extract.sources import SOURCES
from tests.infrastructure.checks import CHECKS
from tests.infrastructure.parsing import File, Tree, read_files, texts, texts_of_terraform
from tests.repository.project import ROOT, text_of
from warehouse.origin import CREDENTIALS

# By check: file, what stands there, what is planted in its place, and what the check says of it.
PLANTED = {
    "language": [
        (
            "modules/budget/main.tf",
            "amount {",
            "amount {{",
            "Argument or block definition required",
        ),
    ],
    "format": [
        (
            "modules/budget/main.tf",
            "  display_name    =",
            "  display_name =",
            "terraform fmt would change",
        ),
    ],
    "schema": [
        ("modules/pipeline/main.tf", "max_retries ", "max_retry ", "there is no max_retry"),
        ("modules/pipeline/main.tf", "secret_key_ref {", "secret_ref {", "there is no secret_ref"),
        ("modules/pipeline/main.tf", 'dynamic "env"', 'dynamic "envs"', "there is no block envs"),
        (
            "modules/secrets/main.tf",
            "  secret_id           =",
            "  secretid           =",
            "there is no secretid",
        ),
        (
            "modules/secrets/main.tf",
            "  replication {\n    auto {}\n  }\n",
            "",
            "replication is required",
        ),
        (
            "modules/storage/main.tf",
            'google_storage_bucket_iam_member" "d',
            'google_storage_bucket_member" "d',
            "no such type",
        ),
    ],
    "references": [
        ("modules/pipeline/main.tf", "var.paused", "var.pausing", "there is no such variable"),
        (
            "modules/pipeline/main.tf",
            "paused           = var.paused",
            "paused           = false",
            "nobody uses var.paused",
        ),
        (
            "modules/monitoring/main.tf",
            "denominator_filter = local.requests",
            "denominator_filter = local.asked",
            "there is no such local value",
        ),
        (
            "modules/pipeline/main.tf",
            "run[each.key].id}",
            "run[each.key].address}",
            "a google_cloud_run_v2_job has no address",
        ),
        (
            "modules/secrets/main.tf",
            "google_pubsub_topic.rotation.name",
            "google_pubsub_topic.changes.name",
            "declared nowhere",
        ),
        (
            "modules/secrets/main.tf",
            "key[each.value.variable].secret_id",
            "keys[each.value.variable].secret_id",
            "declared nowhere",
        ),
        ("modules/stack/outputs.tf", "module.registry.", "module.images.", "no such module"),
        (
            "modules/stack/main.tf",
            "module.service.name",
            "module.service.title",
            "that module has no such output",
        ),
        ("modules/stack/main.tf", "  paused    = var.paused\n", "", "paused is not given"),
        ("modules/stack/main.tf", "  paused    =", "  waiting   =", "takes no waiting"),
        ("dev/main.tf", "../modules/stack", "../modules/all", "there is no folder"),
    ],
    "rules": [
        (
            "modules/service/main.tf",
            "  member   = each.key",
            '  member   = "allUsers"',
            "open to everybody",
        ),
        (
            "modules/access/main.tf",
            "roles/bigquery.jobUser",
            "roles/bigquery.admin",
            "not among the least roles",
        ),
        ("modules/access/main.tf", "roles/bigquery.jobUser", "roles/editor", "a basic role"),
        (
            "modules/warehouse/main.tf",
            "roles/bigquery.dataViewer",
            "roles/bigquery.dataOwner",
            "not among the least roles",
        ),
        (
            "modules/warehouse/main.tf",
            '["metrics"].dataset_id\n  role       = "roles/bigquery.dataViewer"',
            '["metrics"].dataset_id\n  role       = "roles/bigquery.dataEditor"',
            "only the pipeline writes tables",
        ),
        (
            "modules/storage/main.tf",
            'google_storage_bucket.events.name\n  role     = "roles/storage.objectCreator"',
            'google_storage_bucket.events.name\n  role     = "roles/storage.objectUser"',
            "neither read nor take away",
        ),
        (
            "modules/storage/main.tf",
            "for_each = var.recording\n  bucket   = google_storage_bucket.events.name",
            "for_each = var.recording\n  bucket   = google_storage_bucket.deliveries.name",
            "do nothing else",
        ),
        (
            "modules/pipeline/main.tf",
            "service_account       = var.account",
            "labels = {}",
            "default compute account",
        ),
        (
            "modules/service/main.tf",
            "service_account                  = var.account",
            "labels = {}",
            "default compute account",
        ),
        ("modules/metabase/main.tf", "    email  = var.account\n", "", "default compute account"),
        (
            "modules/stack/main.tf",
            'module.access.members["scheduler"]',
            '"serviceAccount:1-compute@developer.gserviceaccount.com"',
            "one account for each duty",
        ),
        (
            "modules/pipeline/main.tf",
            "deletion_protection = true",
            "deletion_protection = false",
            "by mistake",
        ),
        ("modules/secrets/main.tf", "  deletion_protection = true\n", "", "by mistake"),
        (
            "modules/warehouse/main.tf",
            "prevent_destroy = true",
            "prevent_destroy = false",
            "it holds data",
        ),
        (
            "modules/warehouse/main.tf",
            "delete_contents_on_destroy = false",
            "delete_contents_on_destroy = true",
            "take the data with it",
        ),
        (
            "modules/storage/main.tf",
            '  public_access_prevention    = "enforced"\n',
            "",
            "public_access_prevention",
        ),
        (
            "modules/storage/main.tf",
            "force_destroy               = false",
            "force_destroy               = true",
            "take the data with it",
        ),
        (
            "modules/service/main.tf",
            "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER",
            "INGRESS_TRAFFIC_ALL",
            "only through the load balancer",
        ),
        ("modules/metabase/main.tf", '["35.235.240.0/20"]', '["0.0.0.0/0"]', "by a detour"),
        (
            "modules/metabase/main.tf",
            "source_ranges           = local.proxy",
            'source_ranges           = ["0.0.0.0/0"]',
            "lets the whole internet in",
        ),
        (
            "modules/metabase/main.tf",
            "    subnetwork = google_compute_subnetwork.this.id\n",
            "    subnetwork = google_compute_subnetwork.this.id\n    access_config {}\n",
            "no address outside",
        ),
        (
            "modules/pipeline/main.tf",
            "        image = var.image",
            '        image = "acme/usage:latest"',
            "by digest",
        ),
        ("modules/pipeline/variables.tf", "@sha256:[0-9a-f]{64}$", ":[a-z]+$", "named by digest"),
        ("prod/variables.tf", "@sha256:[0-9a-f]{64}$", ":[a-z]+$", "named by digest"),
        (
            "modules/pipeline/main.tf",
            "    oauth_token {",
            "    oidc_token {",
            "takes an oauth_token",
        ),
        (
            "modules/pipeline/main.tf",
            "  time_zone        = each.value.time_zone\n",
            "",
            "six in UTC",
        ),
        (
            "modules/warehouse/main.tf",
            "  max_time_travel_hours = 168",
            "  max_time_travel_hours = 168\n  default_table_expiration_ms = 7776000000",
            "a backfill would vanish",
        ),
        (
            "modules/monitoring/main.tf",
            "  notification_channels = local.channels\n",
            "",
            "tells nobody",
        ),
        (
            "modules/monitoring/main.tf",
            '    content   = "Look at',
            '    subject2  = "Look at',
            "says what to do",
        ),
        (
            "modules/stack/main.tf",
            'DATA_ORIGIN       = "vendors"',
            'CURSOR_API_KEY    = "key_1"',
            "put it into Secret Manager",
        ),
        (
            "modules/service/main.tf",
            "      ports {",
            '      env {\n        name  = "OIDC_CLIENT_SECRET"\n        value = var.name\n      }\n      ports {',
            "secret_key_ref",
        ),
        (
            "modules/budget/variables.tf",
            '  description = "US dollars a month, whole."\n',
            "",
            "says what it is",
        ),
        (
            "modules/delivery/main.tf",
            'resource "google_iam_workload_identity_pool" "github" {',
            'resource "google_service_account_key" "k" {\n  service_account_id = var.account_name\n}\n\nresource "google_iam_workload_identity_pool" "github" {',
            "workload identity",
        ),
    ],
}
CASES = [
    pytest.param(check, index, id=f"{check}-{index}-{case[3] or 'any'}")
    for check, cases in PLANTED.items()
    for index, case in enumerate(cases)
]


@pytest.fixture(scope="module")
def parsed() -> dict[str, File]:
    """What is there, and every planted text under its case, in one start of Node."""
    real = texts_of_terraform()
    planted = {}
    for check, cases in PLANTED.items():
        for index, (path, before, after, _) in enumerate(cases):
            # How wide a column of `=` is, the formatter decides.
            wanted = re.sub(r"(\\ )+", " +", re.escape(before))
            text, n = re.subn(wanted, after.replace("\\", r"\\"), real[path])
            assert n, f"{path} no longer says {before!r}: plant it anew"
            planted[f"{check} {index} {path}"] = text
    return read_files({**real, **planted})


@pytest.fixture(scope="module")
def tree(parsed: dict[str, File]) -> Tree:
    return Tree({path: file for path, file in parsed.items() if " " not in path})


@pytest.mark.parametrize("check", CHECKS)
def test_terraform_is_well(tree: Tree, check: str) -> None:
    assert list(CHECKS[check](tree)) == []


@pytest.mark.parametrize(("check", "index"), CASES)
def test_a_planted_fault_is_found(
    parsed: dict[str, File], tree: Tree, check: str, index: int
) -> None:
    path, _, _, says = PLANTED[check][index]
    key = f"{check} {index} {path}"
    file = parsed[key]
    with_fault = tree.with_file(File(path, file.text, file.parsed, file.formatted, file.fault))
    found = list(CHECKS[check](with_fault))
    assert found
    assert any((says or "") in line for line in found), found


def test_every_check_is_tried() -> None:
    assert set(PLANTED) == set(CHECKS)


def test_what_runs_has_settings_that_there_are(tree: Tree) -> None:
    """A misspelt variable would be silently the default."""
    known = set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", text_of(ROOT / ".env.example"), re.MULTILINE))
    stack = tree.folders["modules/stack"].locals()
    said = {
        name
        for value in (
            stack["environment"],
            stack["pipeline_environment"],
            stack["service_environment"],
        )
        for text in texts(value)
        for name in re.findall(r"\b([A-Z][A-Z0-9]*_?[A-Z0-9_]*[A-Z0-9])\b(?=\s*=|$)", text)
    }
    assert {"WAREHOUSE", "PUBLISH_DIR", "API_HOST"} <= said
    assert said - known - {"ENV_FILE", "US"} == set()


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_every_key_of_a_source_is_a_secret_of_the_pipeline(tree: Tree, environment: str) -> None:
    said = " ".join(texts(tree.folders[environment].locals()["secrets"]))
    keys = {name for name in CREDENTIALS if name.endswith("_KEY")}
    assert keys
    assert {name for name in keys if name not in said} == set()


def test_every_schema_has_its_dataset(tree: Tree) -> None:
    values = tree.folders["modules/warehouse"].locals()
    said = set(re.findall(r'"(\w+)"', " ".join(texts(values))))
    project = (ROOT / "dbt_project.yml").read_text(encoding="utf-8")
    schemas = set(re.findall(r"\+schema: (\w+)", project)) | {"metrics"}
    assert said == schemas | {f"raw_{source}" for source in SOURCES}


def test_dev_and_prod_differ_in_figures_only(tree: Tree) -> None:
    """A module that only one of them calls, or a setting that only one of them says, was never tried before it counted."""
    dev, prod = (tree.folders[name].blocks("module")["stack"] for name in ("dev", "prod"))
    assert set(dev) == set(prod)
    assert {name for name in dev if dev[name] != prod[name]} == {
        "environment",
        "min_instances",
        "usd_per_month",
    }
    schedules = [tree.folders[name].locals()["schedules"] for name in ("dev", "prod")]
    names = [
        re.findall(r"^\s{0,2}?(\w+)\s*=\s*\{", str(one), re.MULTILINE) or sorted(one)
        for one in schedules
    ]
    assert names[0] == names[1]
