"""Rules of a well-kept dbt project, read from its manifest: what breaks one is named, rule by rule.

The rules and their names are those of the package dbt_project_evaluator (version 1), so that what
the package finds on this project is known before an engineer installs it.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

MOST_PARENTS = 7
MOST_LEAVES = 3
LONGEST_CHAIN_OF_VIEWS = 5
VIEWS = ("view", "ephemeral", "build_view")
FOLDERS = {"stg_": "staging", "int_": "intermediate", "fct_": "marts", "dim_": "marts"}
HARD_CODED = re.compile(
    r"(?i)(?<!distinct\s)\b(?:from|join)\s+[\"'`\[]?\w+[\"'`\]]?\.[\w\"'.]+(?=\s|$)"
)
# as vars.dbt_project_evaluator.primary_key_test_macros of dbt_project.yml names them
KEY_TESTS = ({"unique", "not_null"}, {"is_key"}, {"is_key_at_source"})
Finding = tuple[str, str]


class ProjectRules:
    """The graph of a manifest, and what in it breaks a rule."""

    def __init__(self, manifest: Mapping[str, Any]) -> None:
        self.manifest = manifest
        things = [*manifest["nodes"].values(), *manifest["sources"].values()]
        self.things = {thing["unique_id"]: thing for thing in things}
        self.models = {k: v for k, v in manifest["nodes"].items() if v["resource_type"] == "model"}
        self.children: dict[str, set[str]] = defaultdict(set)
        self.parents: dict[str, list[str]] = {}
        for name, thing in {**self.things, **manifest["exposures"]}.items():
            if thing["resource_type"] != "test":
                given = dict.fromkeys((thing.get("depends_on") or {}).get("nodes", []))
                self.parents[name] = [parent for parent in given if parent in self.things]
                for parent in self.parents[name]:
                    self.children[parent].add(name)

    def findings(self) -> set[Finding]:
        """Every pair of a rule and the thing that breaks it."""
        return {
            *self._about_sources(),
            *self._about_parents(),
            *self._about_children(),
            *self._about_rejoining(),
            *self._about_words_and_places(),
            *self._about_tests(),
        }

    def _about_sources(self) -> Iterator[Finding]:
        relations: set[str] = set()
        for source_id, source in self.manifest["sources"].items():
            name = f"{source['source_name']}.{source['name']}"
            limits = source["freshness"] or {}
            if not any(
                (limits.get(key) or {}).get("count") for key in ("warn_after", "error_after")
            ):
                yield "fct_sources_without_freshness", name
            if source["source_name"] not in PurePosixPath(source["original_file_path"]).parts:
                yield "fct_source_directories", name
            if source["relation_name"] in relations:
                yield "fct_duplicate_sources", name
            relations.add(source["relation_name"])
            readers = self.children[source_id]
            if not readers:
                yield "fct_unused_sources", name
            if len(readers) > 1:
                yield "fct_source_fanout", name
            if not source["description"] or not source["source_description"]:
                yield "fct_undocumented_sources", name

    def _about_parents(self) -> Iterator[Finding]:
        for model_id, model in self.models.items():
            name, parents = model["name"], self.parents[model_id]
            sources = [parent for parent in parents if parent.startswith("source.")]
            if len(sources) > 1:
                yield "fct_multiple_sources_joined", name
            if sources and len(parents) > len(sources):
                yield "fct_direct_join_to_source", name
            if sources and not name.startswith("stg_"):
                yield "fct_marts_or_intermediate_dependent_on_source", name
            if name.startswith("stg_") and len(parents) > len(sources):
                yield "fct_staging_dependent_on_staging", name
            if not parents:
                yield "fct_root_models", name
            if len(parents) >= MOST_PARENTS:
                yield "fct_too_many_joins", name
            if self._chain_of_views(model_id) >= LONGEST_CHAIN_OF_VIEWS:
                yield "fct_chained_views_dependencies", name

    def _chain_of_views(self, model_id: str) -> int:
        views = [
            parent
            for parent in self.parents.get(model_id, [])
            if parent in self.models and self.models[parent]["config"]["materialized"] in VIEWS
        ]
        return max((1 + self._chain_of_views(view) for view in views), default=0)

    def _about_children(self) -> Iterator[Finding]:
        for model_id, model in self.models.items():
            leaves = [
                child
                for child in self.children[model_id]
                if child in self.models and not self.children[child]
            ]
            if len(leaves) >= MOST_LEAVES:
                yield "fct_model_fanout", model["name"]
        for exposure_id, exposure in self.manifest["exposures"].items():
            for parent in self.parents[exposure_id]:
                if self.things[parent]["config"].get("materialized", "view") in VIEWS:
                    yield "fct_exposure_parents_materializations", exposure["name"]

    def _about_rejoining(self) -> Iterator[Finding]:
        inner = {
            key: {child for child in children if not child.startswith("exposure.")}
            for key, children in self.children.items()
        }
        for parent in list(inner):
            for between in inner[parent] & set(self.models):
                only = inner.get(between, set())
                if len(only) == 1 and only <= inner[parent]:
                    yield "fct_rejoining_of_upstream_concepts", self.models[between]["name"]

    def _about_words_and_places(self) -> Iterator[Finding]:
        for model in self.models.values():
            path = PurePosixPath(model["original_file_path"])
            folder = FOLDERS.get(model["name"][:4])
            if folder is None:
                yield "fct_model_naming_conventions", model["name"]
            elif folder not in path.parts:
                yield "fct_model_directories", model["name"]
            patch = PurePosixPath((model["patch_path"] or "none").split("://")[-1])
            if patch.parent != path.parent:
                yield "fct_test_directories", model["name"]
            if not model["description"]:
                yield "fct_undocumented_models", model["name"]
            if HARD_CODED.search(model["raw_code"]):
                yield "fct_hard_coded_references", model["name"]

    def _about_tests(self) -> Iterator[Finding]:
        tested: dict[str, set[str]] = defaultdict(set)
        for node in self.manifest["nodes"].values():
            if node["resource_type"] == "test" and node.get("attached_node"):
                tested[node["attached_node"]].add(node["test_metadata"]["name"])
        for model_id, model in self.models.items():
            if not any(keys <= tested[model_id] for keys in KEY_TESTS):
                yield "fct_missing_primary_key_tests", model["name"]
