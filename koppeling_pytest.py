"""The pytest plugin: story files are tests, and the stand-ins are fixtures.

It is loaded in every run of pytest where koppeling is installed, so it imports nothing of
koppeling until a test wants it. It is no part of a room: its name is one that no other project has.
"""

import importlib
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

if TYPE_CHECKING:
    from fakes.faults import Fault
    from scenarios.language.story import Story
    from scenarios.playing.results import StoryResult
    from scenarios.standins import Books, Shop
    from sync_core.coupling import Coupling

SUFFIX = ".story.yaml"
SERVICES = ("eboekhouden", "bizzcloud")
ROOMS = ("contracts", "fakes", "scenarios", "sync_core")
"""The packages of koppeling; another project may have one of the same name."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the plugin's one option."""
    parser.getgroup("koppeling").addoption(
        "--koppeling-sockets",
        action="store_true",
        help="serve the stand-ins of koppeling on loopback instead of in process",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Tell pytest of the plugin's marker."""
    config.addinivalue_line(
        "markers",
        'fault(kind, operation, call=1, service="eboekhouden"): '
        'let something go wrong with a call, as @pytest.mark.fault("answer lost", "AddMutatie")',
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "StoryFile | None":
    """Collect files named `*.story.yaml`, and no other YAML."""
    if file_path.name.endswith(SUFFIX):
        return StoryFile.from_parent(parent, path=file_path)
    return None


class StoryFile(pytest.File):
    """A story file; each of its cases is a test."""

    def collect(self) -> Iterable["StoryItem"]:
        """Read the stories; a bad one is an error of collection with its place."""
        reading = _ours("scenarios.language.reading")
        errors = _ours("scenarios.language.errors")
        try:
            stories = reading.read(self.path)
        except errors.StoryError as error:
            raise self.CollectError(str(error)) from error
        for story in stories:
            yield StoryItem.from_parent(self, name=story.case or "story", story=story)


class StoryItem(pytest.Item):
    """One story as a test."""

    def __init__(self, *, story: "Story", **more: Any) -> None:
        super().__init__(**more)
        self.story = story
        self.extra_keyword_matches.update(story.head.tags)

    def runtest(self) -> None:
        """Play the story."""
        _played(self.story, self.config)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        """Tell of a failed story as `koppeling run` does."""
        if isinstance(excinfo.value, StoryFailed):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo, style))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Name the story."""
        return self.path, 0, self.story.title


class StoryFailed(AssertionError):
    """A story did not end as it should; the text is what `koppeling run` tells of it."""


class PlayStory(Protocol):
    """What the fixture `scenario` is: plays a story and fails the test when it fails."""

    def __call__(self, story: str | Path) -> "StoryResult":
        """Play a story, from its text or its file."""
        ...


@pytest.fixture
def eboekhouden(request: pytest.FixtureRequest) -> Iterator["Books"]:
    """A stand-in for e-Boekhouden with empty books; `requests` may keep the real address."""
    with _books(request) as books, _broken(request, "eboekhouden", books):
        yield books


@pytest.fixture
def bizzcloud(request: pytest.FixtureRequest) -> Iterator["Shop"]:
    """A stand-in for Bizzcloud with one database; `requests` may keep the real address."""
    with _shop(request) as shop, _broken(request, "bizzcloud", shop):
        yield shop


@pytest.fixture(scope="session")
def eboekhouden_session(request: pytest.FixtureRequest) -> Iterator["Books"]:
    """A stand-in for e-Boekhouden that all tests of a session share."""
    with _books(request) as books:
        yield books


@pytest.fixture(scope="session")
def bizzcloud_session(request: pytest.FixtureRequest) -> Iterator["Shop"]:
    """A stand-in for Bizzcloud that all tests of a session share."""
    with _shop(request) as shop:
        yield shop


@pytest.fixture
def coupling(bizzcloud: "Shop", eboekhouden: "Books") -> Iterator["Coupling"]:
    """Our own coupling, linked from today on; nothing moves until a test calls `sync()`."""
    with _ours("scenarios.standins").coupled(bizzcloud, eboekhouden) as linked:
        yield linked


@pytest.fixture
def scenario(request: pytest.FixtureRequest) -> PlayStory:
    """A function that plays a story, from its text or its file."""

    def play(story: str | Path) -> "StoryResult":
        reading = _ours("scenarios.language.reading")
        loader = _ours("scenarios.language.loader")
        errors = _ours("scenarios.language.errors")
        if isinstance(story, str) and story.endswith(".yaml"):
            story = Path(story)
        folder = story.parent if isinstance(story, Path) else request.path.parent
        try:
            source = (
                loader.load(story)
                if isinstance(story, Path)
                else loader.load_text(story, "the test's story")
            )
            stories = list(reading.read_source(source, folder))
        except errors.StoryError as error:
            raise _failed(str(error)) from None
        result: StoryResult | None = None
        for one in stories:
            result = _played(one, request.config)
        assert result is not None
        return result

    return play


def _books(request: pytest.FixtureRequest) -> "AbstractContextManager[Books]":
    standins = _ours("scenarios.standins")
    made: AbstractContextManager[Books] = standins.eboekhouden(sockets=_sockets(request.config))
    return made


def _shop(request: pytest.FixtureRequest) -> "AbstractContextManager[Shop]":
    standins = _ours("scenarios.standins")
    made: AbstractContextManager[Shop] = standins.bizzcloud(sockets=_sockets(request.config))
    return made


def _sockets(config: pytest.Config) -> bool:
    return bool(config.getoption("--koppeling-sockets"))


@contextmanager
def _broken(
    request: pytest.FixtureRequest, service: str, standin: "Books | Shop"
) -> Iterator[None]:
    """Let happen what the test's `fault` markers say of a service; fail when it never does."""
    markers = list(request.node.iter_markers("fault"))
    faults = [_fault(marker, standin) for marker in markers if _service_of(marker) == service]
    yield
    for marker in markers:
        if (other := _service_of(marker)) not in request.fixturenames:
            pytest.fail(
                f"{_written(marker)}: a fault did not happen: it is one of {other}, and this test "
                f"has no {other}; say service={service!r} for one of {service}",
                pytrace=False,
            )
    never = [fault for fault in faults if fault.seen < fault.call]
    if never:
        pytest.fail(
            "a fault did not happen: "
            + "; ".join(
                f"{fault.kind} at call {fault.call} of {fault.operation or 'anything'}, "
                f"which was called {fault.seen} times"
                for fault in never
            ),
            pytrace=False,
        )


def _fault(marker: pytest.Mark, standin: "Books | Shop") -> "Fault":
    settings = {name: value for name, value in marker.kwargs.items() if name != "service"}
    try:
        return standin.faults.add(*marker.args, **settings)
    except (TypeError, ValueError) as wrong:
        raise _failed(f"{_written(marker)}: {wrong}") from None


def _failed(sentence: str) -> BaseException:
    """Return a failure that is this sentence alone, without where in our code it came from."""
    return pytest.fail.Exception(sentence, pytrace=False)


def _service_of(marker: pytest.Mark) -> str:
    service = marker.kwargs.get("service", "eboekhouden")
    if service not in SERVICES:
        pytest.fail(
            f"{_written(marker)}: there is no service {service!r}; "
            f"there are {' and '.join(SERVICES)}",
            pytrace=False,
        )
    return str(service)


def _written(marker: pytest.Mark) -> str:
    """Return a marker as the test has it."""
    named = (f"{name}={value!r}" for name, value in marker.kwargs.items())
    return f"@pytest.mark.fault({', '.join([*map(repr, marker.args), *named])})"


def _played(story: "Story", config: pytest.Config) -> "StoryResult":
    result: StoryResult = _ours("scenarios.playing.runner").run(story, _sockets(config))
    if not result.passed:
        raise StoryFailed("\n".join(_ours("scenarios.reporting.text").story_lines(result)))
    return result


def _ours(module: str) -> Any:
    """Import a module of koppeling, or say in one sentence why that cannot be done here."""
    home = Path(__file__).parent
    for room in ROOMS:
        found = [Path(place) for place in getattr(importlib.import_module(room), "__path__", [])]
        if home / room not in found:
            pytest.fail(
                f"this project has a top-level package {room!r} of its own, which hides "
                "koppeling's; test against the served stand-ins instead: koppeling serve --json",
                pytrace=False,
            )
    return importlib.import_module(module)
