"""The house's own rules over Terraform: what no schema knows, each with its reason in what it says."""

import re
from collections.abc import Iterator

from tests.infrastructure.parsing import Body, Declared, Tree, texts

PROJECT_ROLES = {
    "roles/bigquery.jobUser": "running queries is a right on the project that pays",
    "roles/logging.logWriter": "a machine writes its log",
    "roles/monitoring.metricWriter": "and its figures",
}
RESOURCE_ROLES = {
    "roles/artifactregistry.writer": "pushing images to one repository",
    "roles/bigquery.dataEditor": "tables of one dataset",
    "roles/bigquery.dataViewer": "reading one dataset",
    "roles/iam.serviceAccountUser": "deploying what runs as one account",
    "roles/iam.workloadIdentityUser": "one workflow acting as one account",
    "roles/pubsub.publisher": "one topic",
    "roles/run.developer": "new revisions of one job or service",
    "roles/run.invoker": "starting one job, calling one service",
    "roles/secretmanager.secretAccessor": "reading one secret",
    "roles/storage.objectCreator": "adding to one bucket",
    "roles/storage.objectUser": "reading and writing one bucket",
    "roles/storage.objectViewer": "reading one bucket",
}
"""What may be granted, and what for. Anything else needs a line here, and so a review."""

HOLD_DATA = {"google_bigquery_dataset", "google_storage_bucket", "google_compute_disk"}
SWITCHABLE = {
    "google_cloud_run_v2_job",
    "google_cloud_run_v2_service",
    "google_secret_manager_secret",
    "google_compute_instance",
}
"""Types that have a switch of their own against being deleted."""
FORBIDDEN = {
    "google_service_account_key": "a key that lies about; use workload identity",
    "google_secret_manager_secret_version": "the secret's value would be in Terraform's state",
    "google_project_iam_policy": "it takes away everybody's rights that it does not name",
    "google_project_iam_binding": "it takes a role from everybody whom it does not name",
    "google_bigquery_dataset_iam_policy": "it takes away rights that it does not name",
    "google_storage_bucket_iam_policy": "it takes away rights that it does not name",
}
_ROLE = re.compile(r"roles/[\w.]+")
_SECRET_NAME = re.compile(r"\b[A-Z][A-Z0-9_]*(?:KEY|SECRET|TOKEN|PASSWORD)\b")
DIGEST = "@sha256:[0-9a-f]{64}$"


def broken(tree: Tree) -> Iterator[str]:
    """Yield everything that breaks a rule."""
    for one in tree.declared:
        yield from (f"{one.address}: {said}" for rule in _OF_RESOURCES for said in rule(one))
    for file in tree.files.values():
        yield from (f"{file.path}: {said}" for said in _anywhere(file.parsed))
    for folder in tree.folders.values():
        for kind in ("variable", "output"):
            for name, body in folder.blocks(kind).items():
                yield from (
                    f"{folder.name}: {name}: {said}" for said in _described(kind, name, body)
                )


def _anywhere(parsed: Body) -> Iterator[str]:
    for text in texts(parsed):
        if "allUsers" in text or "allAuthenticatedUsers" in text:
            yield "nothing is open to everybody (allUsers): name groups or accounts"
        if re.search(r"-compute@|compute@developer", text):
            yield "the default compute account may edit the project: one account for each duty"
        if re.search(r"roles/(owner|editor|viewer)\b", text):
            yield "a basic role covers the whole project: grant what is needed"
    if "0.0.0.0/0" in list(texts(parsed.get("locals", []))):
        yield "0.0.0.0/0 as a local value would let the whole internet in by a detour"
    yield from _values_of_secrets(parsed)


def _values_of_secrets(value: object) -> Iterator[str]:
    """A secret is named, and its value stands nowhere."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if (
                isinstance(inner, str)
                and inner
                and "${" not in inner
                and _SECRET_NAME.fullmatch(key)
            ):
                yield f"{key} is given a value: put it into Secret Manager, and name the secret"
            yield from _values_of_secrets(inner)
        if (
            isinstance(value.get("name"), str)
            and value.get("value")
            and _SECRET_NAME.fullmatch(value["name"])
        ):
            yield f"{value['name']} is given a value: use value_source.secret_key_ref"
    elif isinstance(value, list):
        for inner in value:
            yield from _values_of_secrets(inner)
    elif isinstance(value, str):
        for found in re.finditer(rf"({_SECRET_NAME.pattern})\s*=\s*\"[^\"$]", value):
            yield f"{found[1]} is given a value: put it into Secret Manager, and name the secret"


def _roles(one: Declared) -> Iterator[str]:
    if "_iam_" not in one.kind or one.kind.startswith("data."):
        return
    allowed = PROJECT_ROLES if one.kind.startswith("google_project_iam") else RESOURCE_ROLES
    for text in texts(one.body):
        for role in _ROLE.findall(text):
            if role not in allowed:
                yield f"{role} is not among the least roles (tests/infrastructure/rules.py)"


def _granted(one: Declared) -> Iterator[str]:
    """Who writes what: the pipeline tables, and whoever delivers or records adds files."""
    role, member, bucket = (str(one.body.get(name)) for name in ("role", "member", "bucket"))
    is_from_outside = member == "${each.key}"
    is_table, is_file = (
        one.kind == f"google_{kind}_iam_member" for kind in ("bigquery_dataset", "storage_bucket")
    )
    if is_table and role == "roles/bigquery.dataEditor" and member != "${var.pipeline}":
        yield "only the pipeline writes tables: everybody else reads (roles/bigquery.dataViewer)"
    if is_file and is_from_outside and role != "roles/storage.objectCreator":
        yield "whoever adds files may neither read nor take away: roles/storage.objectCreator"
    if "var.recording" in str(one.body.get("for_each")) and ".events." not in bucket:
        yield "a workflow that records may add to the bucket of events, and do nothing else"


def _forbidden(one: Declared) -> Iterator[str]:
    if one.kind in FORBIDDEN:
        yield FORBIDDEN[one.kind]


def _protected(one: Declared) -> Iterator[str]:
    if one.kind in SWITCHABLE and one.body.get("deletion_protection") is not True:
        yield "deletion_protection = true, so that no plan takes it away by mistake"
    if one.kind in HOLD_DATA and not any(
        block.get("prevent_destroy") is True for block in one.body.get("lifecycle", [])
    ):
        yield "it holds data: lifecycle { prevent_destroy = true }"
    for name in ("force_destroy", "delete_contents_on_destroy"):
        if one.kind in HOLD_DATA and one.body.get(name, False) is not False:
            yield f"{name} would take the data with it"


def _private(one: Declared) -> Iterator[str]:
    if one.kind == "google_storage_bucket":
        if one.body.get("public_access_prevention") != "enforced":
            yield 'public_access_prevention = "enforced"'
        if one.body.get("uniform_bucket_level_access") is not True:
            yield "uniform_bucket_level_access = true: no rights of single objects"
    if one.kind == "google_cloud_run_v2_service" and one.body.get("ingress") in (
        None,
        "INGRESS_TRAFFIC_ALL",
    ):
        yield "ingress: from outside only through the load balancer"
    if (one.kind == "google_compute_firewall" and "allow" in one.body) and (
        "0.0.0.0/0" in list(texts(one.body)) or "source_ranges" not in one.body
    ):
        yield "it lets the whole internet in"
    if one.kind == "google_compute_instance" and any(
        "access_config" in block for block in one.body.get("network_interface", [])
    ):
        yield "a machine has no address outside"


def _accounts(one: Declared) -> Iterator[str]:
    template = one.body.get("template", [{}])[0]
    own = {
        "google_cloud_run_v2_service": "service_account" in template,
        "google_cloud_run_v2_job": "service_account" in template.get("template", [{}])[0],
        "google_compute_instance": any("email" in it for it in one.body.get("service_account", [])),
    }
    if not own.get(one.kind, True):
        yield "without service_account it runs as the default compute account"


def _images(one: Declared) -> Iterator[str]:
    for text in _values_of(one.body, "image"):
        if (
            one.kind.startswith("google_cloud_run")
            and "${" not in text
            and not re.search(DIGEST, text)
        ):
            yield f"{text}: name the image by digest"


def _values_of(value: object, wanted: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == wanted and isinstance(inner, str):
                yield inner
            yield from _values_of(inner, wanted)
    elif isinstance(value, list):
        for inner in value:
            yield from _values_of(inner, wanted)


def _scheduled(one: Declared) -> Iterator[str]:
    if one.kind == "google_cloud_scheduler_job":
        for target in one.body.get("http_target", []):
            if "googleapis.com" in str(target.get("uri")) and "oauth_token" not in target:
                yield "Google's own API takes an oauth_token"
        if "time_zone" not in one.body:
            yield "time_zone: without it six in the morning is six in UTC"


def _kept(one: Declared) -> Iterator[str]:
    for name in ("default_partition_expiration_ms", "default_table_expiration_ms"):
        if name in one.body:
            yield f"{name}: rows are kept as the organisation says, and a backfill would vanish"


def _told(one: Declared) -> Iterator[str]:
    if one.kind == "google_monitoring_alert_policy":
        if not any(block.get("content") for block in one.body.get("documentation", [])):
            yield "an alert says what to do: documentation { content = … }"
        if not one.body.get("notification_channels"):
            yield "an alert that tells nobody"


def _described(kind: str, name: str, body: Body) -> Iterator[str]:
    if not body.get("description"):
        yield f"a {kind} says what it is: description"
    if kind == "variable" and "type" not in body:
        yield "type"
    of_image = kind == "variable" and re.search(r"(^|_)image$", name) and name != "boot_image"
    if of_image and not any(DIGEST in text for text in texts(body.get("validation", []))):
        yield f"an image is named by digest: validation with {DIGEST}"


_OF_RESOURCES = (
    *(_roles, _granted, _forbidden, _protected, _private, _accounts),
    *(_images, _scheduled, _kept, _told),
)
