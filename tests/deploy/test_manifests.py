"""What stands in deploy/ is what the services themselves know: processes, variables, addresses, metrics."""

import json
import re
from collections.abc import Iterator
from dataclasses import MISSING, fields
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY

from lapor_launcher.embedded import embedded_environment
from lapor_launcher.services import NAMES, assemble, module_of

DEPLOY = Path(__file__).parents[2] / "deploy"
KUBERNETES = DEPLOY / "kubernetes"
#: Every process has these; they are not for the public (the stylesheet is, and is the same in all).
OF_EVERY_PROCESS = {"/healthz", "/readyz", "/metrics"}


def documents(path: Path) -> list[Any]:
    """All documents of a YAML file."""
    return list(yaml.safe_load_all(path.read_text()))


def container(deployment: Any) -> Any:
    """The container of a deployment, or of a patch of one."""
    return deployment["spec"]["template"]["spec"]["containers"][0]


def variables(deployment: Any) -> dict[str, Any]:
    """The environment of a deployment, by name."""
    return {item["name"]: item for item in container(deployment).get("env", [])}


PROCESS, SETTINGS = KUBERNETES / "service" / "process.yaml", "settings.yaml"
COMPOSE = documents(DEPLOY / "compose.yaml")[0]


def environments() -> Iterator[Any]:
    """What each service is told, on Kubernetes and by Compose."""
    for name in NAMES:
        everywhere, own = documents(PROCESS)[0], documents(KUBERNETES / name / SETTINGS)[0]
        told = {*variables(everywhere), *variables(own)} - {"SERVICE"}  # SERVICE is for the manifest's own arguments
        yield pytest.param(name, told, id=f"kubernetes-{name}")
        for part in ("worker", "web"):
            yield pytest.param(name, set(COMPOSE["services"][f"{name}-{part}"]["environment"]), id=f"{name}-{part}")


@pytest.mark.parametrize(("name", "told"), list(environments()))
def test_a_service_is_told_all_it_must_know_and_nothing_it_does_not_read(name: str, told: set[str]) -> None:
    declared = {one.metadata["variable"]: one for one in fields(module_of(name).Settings) if "variable" in one.metadata}
    needed = {variable for variable, one in declared.items() if one.default is MISSING}

    assert needed <= told <= set(declared)


@pytest.mark.parametrize("name", NAMES)
def test_every_service_has_workers_and_web_servers_of_its_own_image(name: str) -> None:
    kustomization = documents(KUBERNETES / name / "kustomization.yaml")[0]
    own = variables(documents(KUBERNETES / name / SETTINGS)[0])
    parts = {
        one["metadata"]["name"]: container(one)["args"] for one in documents(KUBERNETES / "service/deployments.yaml")
    }

    assert name in documents(KUBERNETES / "kustomization.yaml")[0]["resources"]
    assert kustomization["resources"] == ["../service"]
    assert kustomization["namePrefix"] == f"{name}-"
    assert kustomization["images"][0]["newName"] == f"lapor-{name}"
    assert own["SERVICE"]["value"] == name
    assert {part: arguments[:3] for part, arguments in parts.items()} == {
        part: ["serve", "$(SERVICE)", f"--{part}"] for part in ("worker", "web")
    }
    for part in ("worker", "web"):
        process = COMPOSE["services"][f"{name}-{part}"]
        assert process["command"][:3] == ["serve", name, f"--{part}"]
        assert process["image"] == f"lapor-{name}"
        assert process["build"]["args"] == {"SERVICE": name}


def test_every_kind_of_process_scales_and_survives_maintenance() -> None:
    guarded = {(one["kind"], one["metadata"]["name"]) for one in documents(KUBERNETES / "service" / "scaling.yaml")}

    assert guarded == {
        (kind, part) for kind in ("HorizontalPodAutoscaler", "PodDisruptionBudget") for part in ("worker", "web")
    }


def test_every_secret_that_is_referred_to_is_described() -> None:
    described = {
        (one["metadata"]["name"], key)
        for path in (KUBERNETES / "settings.yaml", KUBERNETES / "examples" / "secrets.yaml")
        for one in documents(path)
        for key in one.get("data") or one["stringData"]
    }

    wanted = set()
    for path in (PROCESS, *(KUBERNETES / name / SETTINGS for name in NAMES)):
        for item in variables(documents(path)[0]).values():
            for reference in item.get("valueFrom", {}).values():
                wanted.add((reference["name"], reference["key"]))

    assert wanted == described


def test_compose_hands_a_service_only_the_secrets_it_reads() -> None:
    for process in (COMPOSE["services"][f"{name}-worker"] for name in NAMES):
        read = re.findall(r"file:/run/secrets/([\w.-]+)", str(process["environment"]))

        assert sorted(process["secrets"]) == sorted(read)


Rules = dict[str, list[str]]


def rules_of_ingress() -> Rules:
    """Each service's addresses, as Kubernetes' ingress has them."""
    found: Rules = {}
    ingresses = documents(KUBERNETES / "ingress.yaml")
    for path in chain.from_iterable(one["spec"]["rules"][0]["http"]["paths"] for one in ingresses):
        name = path["backend"]["service"]["name"].removesuffix("-web")
        prefix = path["path"].rstrip("/")
        patterns = [path["path"]] if path["pathType"] == "Exact" else [f"{prefix}/*", prefix]
        if path["path"] == "/api/v1/reports/":  # /api/v1/reports itself is intake's, by the exact path
            patterns = [f"{prefix}/*"]
        found.setdefault(name, []).extend(patterns)
    return found


def rules_of_caddy() -> Rules:
    """Each service's addresses, as the Caddyfile has them."""
    lines = re.findall(r"^@(\w+) path (.+)$", (DEPLOY / "compose" / "Caddyfile").read_text(), re.MULTILINE)
    return {name: paths.split() for name, paths in lines}


def owners(rules: Rules, path: str) -> list[str]:
    """The services to which a request may go; there should be one."""
    return [
        name
        for name, patterns in rules.items()
        if any(path.startswith(p[:-1]) if p.endswith("/*") else path == p for p in patterns)
    ]


#: Every service has the same here, so it does not matter who answers.
OF_ALL_ALIKE = ("/static/", "/api/v1/asyncapi.json")


def test_the_ingress_does_not_log_who_came_for_which_report() -> None:
    annotations = [one["metadata"]["annotations"] for one in documents(KUBERNETES / "ingress.yaml")]

    assert {told["nginx.ingress.kubernetes.io/enable-access-log"] for told in annotations} == {"false"}


@pytest.mark.parametrize("rules", [rules_of_ingress(), rules_of_caddy()], ids=["ingress", "caddy"])
def test_every_address_leads_to_the_service_that_answers_it(rules: Rules, tmp_path: Path) -> None:
    environment = embedded_environment(tmp_path, {})

    for name in NAMES:
        addresses = {rule.rule for rule in assemble(name, environment).app().url_map.iter_rules()}
        for address in addresses - OF_EVERY_PROCESS:
            expected = "intake" if address.startswith(OF_ALL_ALIKE) else name
            assert owners(rules, re.sub(r"<[^>]+>", "x", address)) == [expected], address
    for address in OF_EVERY_PROCESS:
        assert owners(rules, address) == []


def test_alerts_and_dashboard_look_at_figures_that_exist(tmp_path: Path) -> None:
    environment = embedded_environment(tmp_path, {})
    for name in NAMES:
        assemble(name, environment).app()
    text = (DEPLOY / "prometheus" / "alerts.yaml").read_text() + (DEPLOY / "grafana" / "lapor.json").read_text()

    named = set(re.findall(r"\blapor_\w+", text))
    shown = {metric.name for metric in REGISTRY.collect()}

    assert {re.sub(r"_(total|bucket)$", "", one) for one in named} <= shown


@pytest.mark.parametrize("path", sorted(DEPLOY.rglob("*.yaml")), ids=lambda path: str(path.relative_to(DEPLOY)))
def test_every_manifest_is_yaml_with_no_name_given_twice(path: Path) -> None:
    class Strict(yaml.SafeLoader):
        """PyYAML takes the last of two equal keys, in silence."""

    def mapping(loader: Strict, node: yaml.MappingNode) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value if key.value != "<<"]
        assert len(keys) == len(set(keys)), f"{node.start_mark}: {keys}"
        loader.flatten_mapping(node)
        return loader.construct_mapping(node)

    Strict.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, mapping)

    assert list(yaml.load_all(path.read_text(), Loader=Strict))


def test_the_dashboard_is_json_with_a_question_in_every_panel() -> None:
    dashboard = json.loads((DEPLOY / "grafana" / "lapor.json").read_text())

    assert all(panel["targets"][0]["expr"] for panel in dashboard["panels"])
