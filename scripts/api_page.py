"""Print docs/api.md: the description of the workstation's API.

python scripts/api_page.py > docs/api.md
"""

import json
import sys
from collections.abc import Iterator
from typing import Any

from melanoscope.workstation.api.routes import described

Document = dict[str, Any]


def page(document: Document) -> Iterator[str]:
    yield f"# The workstation's API\n\n{document['info']['description']}"
    yield "## Addresses\n\nAll begin with `/api/v1`, and `/api/v1/openapi.json` describes them to programs.\n"
    yield "| parameter | meaning |\n| --- | --- |"
    yield from (f"| `{name}` | {meaning} |" for name, meaning in parameters(document).items())
    yield ""
    for tag, operations in by_tag(document).items():
        yield f"### {tag.capitalize()}\n"
        for method, path, operation in operations:
            yield from section(method, path, operation)
    yield "## Types\n\nAn example of each that a request brings or an answer is.\n"
    for name, schema in document["components"]["schemas"].items():
        for example in schema.get("examples", ()):
            yield f"### {shown(name)}\n"
            yield f"{schema.get('description', '')}\n".lstrip("\n")
            yield f"```json\n{json.dumps(example, indent=1, ensure_ascii=False)}\n```\n"


def parameters(document: Document) -> dict[str, str]:
    """What each means, which is the same wherever it stands."""
    operations = (operation for methods in document["paths"].values() for operation in methods.values())
    return {each["name"]: each["description"] for one in operations for each in one.get("parameters", ())}


def by_tag(document: Document) -> dict[str, list[tuple[str, str, Document]]]:
    found: dict[str, list[tuple[str, str, Document]]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            found.setdefault(operation["tags"][0], []).append((method, path, operation))
    return found


def section(method: str, path: str, operation: Document) -> Iterator[str]:
    yield f"#### {method.upper()} {path.removeprefix('/api/v1')}\n"
    if "description" in operation:
        yield f"{operation['description']}\n"
    yield f"- scope: {scopes(operation['security'])}"
    for place in ("query", "header"):
        names = [each["name"] for each in operation.get("parameters", ()) if each["in"] == place]
        if names:
            yield f"- {place}: {', '.join(f'`{name}`' for name in names)}"
    for content in operation.get("requestBody", {}).get("content", {}).items():
        yield f"- body: {body(*content)}"
    for status, answer in operation["responses"].items():
        if status.startswith("2"):
            contents = " or ".join(body(*each) for each in answer.get("content", {}).items())
            yield f"- {status}: {contents or 'nothing'}"
    yield f"- otherwise {', '.join(status for status in operation['responses'] if not status.startswith('2'))}\n"


def scopes(security: list[dict[str, list[str]]]) -> str:
    named = [f"`{scope}`" for each in security for scope in each.get("token", ())]
    return " or ".join(named) or "none; a person must, who is logged in"


def body(kind: str, content: Document) -> str:
    schema = content.get("schema", {})
    several, one = ("several ", schema["items"]) if schema.get("type") == "array" else ("", schema)
    name = shown(one["$ref"].rsplit("/", 1)[-1]) if "$ref" in one else ""
    return f"{several}[{name}](#{name.lower().replace(' ', '-')})" if name else f"`{kind}`"


def shown(name: str) -> str:
    """A type's name; a form has none of its own."""
    return f"Form of {name.removeprefix('Body_').split('_api_v1')[0]}" if name.startswith("Body_") else name


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    print("\n".join(page(described())), end="")
