"""From a story file to stories that can run: load, include, fill in examples, type, check."""

from collections.abc import Iterable
from pathlib import Path

from scenarios.language import loader, templates
from scenarios.language.checks import check
from scenarios.language.errors import Place, StoryError, nearest_name
from scenarios.language.given import Head
from scenarios.language.loader import Source, Value, ValuePath
from scenarios.language.problems import keys, validate
from scenarios.language.steps import STEPS
from scenarios.language.story import PlacedStep, Story

LIBRARY = Path(__file__).parents[1] / "library"
"""The stories that come with koppeling."""

STORY = ".story.yaml"
"""What the name of a story's file ends with."""

TEMPLATE_KEYS = ("include", "variables", "examples")
"""Keys of a story that are gone once it is filled in."""


def read(path: Path) -> list[Story]:
    """Return the story of a file, or its cases when it has examples. Raises `StoryError`."""
    return read_source(loader.load(path), path.parent)


def read_source(source: Source, folder: Path) -> list[Story]:
    """Return the stories of a loaded file; `folder` is where its includes are looked for."""
    top = source.value
    if not isinstance(top, dict):
        raise StoryError(source.place(()), "expected a story: title, source, today and steps.")
    good = [*keys(Head), "steps", *TEMPLATE_KEYS]
    for key in top:
        if key not in good:
            raise StoryError(
                source.key_place((key,)),
                f"unknown key {key!r}; expected {', '.join(good)}.",
                nearest_name(key, good),
            )
    templates.include(source, folder)
    stories = [_story(filled, case) for case, filled in templates.cases(source)]
    for story in stories:
        check(story, source)
    return stories


def read_all(paths: Iterable[Path]) -> list[Story]:
    """Return the stories of `story_files`, in order of name. Raises `StoryError`."""
    return [story for path in paths for file in story_files(path) for story in read(file)]


def story_files(path: Path) -> list[Path]:
    """Return a file itself, all `*.story.yaml` of a folder, or the story of a name in the library.

    Raises `StoryError` for none.
    """
    if not path.exists():
        return [_of_the_library(path)]
    if not path.is_dir():
        return [path]
    files = sorted(path.rglob(f"*{STORY}"))
    if not files:
        raise StoryError(Place(str(path), 0, 0), "no file in this folder is named *.story.yaml.")
    return files


def _of_the_library(path: Path) -> Path:
    """Return the story that is meant by a name alone; any other path that is not there itself."""
    name = path.name
    if str(path) != name or name.endswith((".yaml", ".yml")):
        return path
    names = [file.name.removesuffix(STORY) for file in LIBRARY.glob(f"*{STORY}")]
    if name not in names:
        problem = "there is no such file, and no story of the library has this name."
        raise StoryError(Place(name, 0, 0), problem, nearest_name(name, names))
    return LIBRARY / f"{name}{STORY}"


def _story(source: Source, case: str | None) -> Story:
    top = source.value
    assert isinstance(top, dict)
    head = {key: value for key, value in top.items() if key not in ("steps", *TEMPLATE_KEYS)}
    if head.get("given", "") is None:
        head["given"] = {}
    return Story(
        source.file, validate(Head, head, source, ()), _steps(top.get("steps"), source), case
    )


def _steps(value: Value, source: Source) -> tuple[PlacedStep, ...]:
    if not isinstance(value, list) or not value:
        raise StoryError(source.place(("steps",)), "expected a list of steps under 'steps'.")
    return tuple(
        _step(number, step, source, ("steps", number - 1)) for number, step in enumerate(value, 1)
    )


def _step(number: int, value: Value, source: Source, path: ValuePath) -> PlacedStep:
    place = source.place(path)
    if isinstance(value, str):
        word, inside = value, None
    elif isinstance(value, dict) and len(value) == 1:
        word, inside = next(iter(value.items()))
        path = (*path, word)
    else:
        raise StoryError(place, f"expected one step: {', '.join(STEPS)}.")
    model = STEPS.get(word)
    if model is None:
        raise StoryError(
            place,
            f"no step is called {word!r}; expected {', '.join(STEPS)}.",
            nearest_name(word, STEPS),
        )
    return PlacedStep(
        number, validate(model, {} if inside is None else inside, source, path), place
    )
