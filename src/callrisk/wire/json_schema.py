"""The JSON schemas of the models, each once by its own name, as both documents hold them."""

from collections.abc import Iterable

from pydantic import BaseModel

from callrisk.wire.base import Json

SCHEMAS = "#/components/schemas/"


def schema_ref(model: type[BaseModel]) -> Json:
    """Return the reference to the schema of a model."""
    return {"$ref": f"{SCHEMAS}{model.__name__}"}


def schemas_of(models: Iterable[type[BaseModel]]) -> Json:
    """Return the schemas of models and of all that they refer to, by name."""
    schemas: Json = {}
    for model in models:
        schema = model.model_json_schema(ref_template=f"{SCHEMAS}{{model}}")
        schemas |= {**schema.pop("$defs", {}), model.__name__: schema}
    drop_titles(schemas)
    return dict(sorted(schemas.items()))


def drop_titles(schemas: Json) -> None:
    """Take out the titles that pydantic makes of names; code generators make classes of them."""
    for schema in schemas.values():
        schema.pop("title", None)
        for field in schema.get("properties", {}).values():
            field.pop("title", None)
