"""Do the recipes of Resources/Docs/cohort.md hold against the projects they are written for?

``python -m Testing.benchmarks.cohort.recipes FOLDER``: FOLDER holds the unpacked wheels of
dask-jobqueue and dask-kubernetes (neither is needed for anything else here):
``pip download --no-deps dask-jobqueue dask-kubernetes``, then ``unzip``.

SLURM: the page's own text is run; ``sbatch`` and ``scancel`` are stand-ins that start the job's
script on this machine and end it. Kubernetes: the page's own manifest is checked against the
schema of the operator's resource, and its ports against the names that the operator looks for.
"""

from __future__ import annotations

import builtins
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[3] / "Resources" / "Docs" / "cohort.md"
CASES = 4
# the script is taken at once, as sbatch does: dask-jobqueue removes it afterwards
SBATCH = """#!/bin/sh
cp "$1" "$STAND_IN/$$.sh"
setsid bash "$STAND_IN/$$.sh" >"$STAND_IN/$$.out" 2>&1 &
echo "Submitted batch job $!"
"""
SCANCEL = """#!/bin/sh
for job in "$@"; do kill -- -"$job" 2>/dev/null; done
exit 0
"""


def block(language: str) -> str:
    """Return the page's only block of a language."""
    [text] = re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return str(text)


def run_slurm(base: Path) -> None:
    """Run the page's SLURM block on stand-ins and a cohort on the cluster that it makes."""
    from RNAssessLib.cohort.run import assess_cohort
    from Testing.cohort.small_cases import hide_atlas, write_small_case

    hide_atlas(base / "no-atlas")
    tools = base / "bin"
    tools.mkdir()
    for name, text in (("sbatch", SBATCH), ("scancel", SCANCEL)):
        (tools / name).write_text(text)
        (tools / name).chmod(0o755)
    os.environ |= {"PATH": f"{tools}:{os.environ['PATH']}", "STAND_IN": str(base)}
    paths = [write_small_case(base / f"case{n}", seed=n) for n in range(CASES)]
    alone = assess_cohort(paths, base / "alone").table.read_bytes()
    text = block("python").replace("/path/on/the/shared/disk/venv/bin/python", sys.executable)
    text = text.replace("scale(jobs=10)", "scale(jobs=1)").replace("=4,", "=2,")  # two cores here
    held: dict[str, Any] = {}

    def instead_of_enter(_: str) -> str:
        print(held["cluster"].job_script())
        run = assess_cohort(paths, base / "out", scheduler=held["cluster"].scheduler_address)
        print(f"SLURM: {run.cases} cases, {run.left_out or 'none left out'}, "
              f"same bytes: {run.table.read_bytes() == alone}")  # fmt: skip
        held["cluster"].close()
        return ""

    asked, builtins.input = builtins.input, instead_of_enter
    try:
        exec(compile(text, str(PAGE), "exec"), held)
    finally:
        builtins.input = asked


def check_kubernetes(folder: Path) -> None:
    """Check the page's manifest against the operator's schema and names."""
    import jsonschema
    import yaml

    manifest = yaml.safe_load(block("yaml"))
    crd = yaml.safe_load(
        (folder / "dask_kubernetes/operator/customresources/daskcluster.yaml").read_text()
    )
    [version] = [v for v in crd["spec"]["versions"] if v["name"] == "v1"]
    assert manifest["apiVersion"] == f"{crd['spec']['group']}/v1"
    assert manifest["kind"] == crd["spec"]["names"]["kind"]
    jsonschema.validate(manifest, _resolved(folder, version["schema"]["openAPIV3Schema"]))
    ports = {p["name"]: p["port"] for p in manifest["spec"]["scheduler"]["service"]["ports"]}
    code = "".join(
        (folder / "dask_kubernetes/operator" / f).read_text()
        for f in ("networking.py", "controller/controller.py")
    )
    wanted = set(re.findall(r'port_name="([^"]+)"', code))
    assert wanted == set(ports), (wanted, ports)
    assert "DASK_WORKER_NAME" in code and "DASK_SCHEDULER_ADDRESS" in code
    print(f"Kubernetes: manifest fits the schema, ports {ports} are those looked for")


def _resolved(folder: Path, schema: Any) -> Any:
    """Put the operator's own definitions in place; Kubernetes' are not in the wheel: anything."""
    import yaml

    if isinstance(schema, list):
        return [_resolved(folder, value) for value in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" not in schema:
        known = {key: value for key, value in schema.items() if not key.startswith("x-kubernetes")}
        return {key: _resolved(folder, value) for key, value in known.items()}
    file, _, place = schema["$ref"].removeprefix("python://").partition("#/definitions/")
    if not (folder / file).is_file():
        return {"type": "object"}
    definitions = yaml.safe_load((folder / file).read_text())["definitions"]
    return _resolved(folder, definitions[place])


def main() -> None:
    folder = Path(sys.argv[1]).resolve()
    sys.path.append(str(folder))
    check_kubernetes(folder)
    with tempfile.TemporaryDirectory() as base:
        run_slurm(Path(base))


if __name__ == "__main__":
    main()
