"""Random markers, environments and Requires-Dist lines, made of what PEP 508 allows and of what people get wrong."""

from __future__ import annotations

from hypothesis import strategies as st

VERSIONS = [
    "2.7",
    "3",
    "3.8",
    "3.9",
    "3.10",
    "3.11",
    "3.11.4",
    "3.11.7",
    "3.12.0rc1",
    "3.12",
    "4",
    "3.11.*",
    "",
    "x",
    "1.0+l",
]
VALUES = {
    "python_version": ["2.7", "3.6", "3.9", "3.11", "3.13"],
    "python_full_version": ["2.7.18", "3.6.15", "3.9.0", "3.11.4", "3.11.7", "3.13.0rc1", "3.12.1+"],
    "os_name": ["posix", "nt"],
    "sys_platform": ["linux", "linux2", "win32", "darwin"],
    "platform_release": ["6.18.44-fc", "5.4", "10", ""],
    "platform_system": ["Linux", "Windows", "Darwin"],
    "platform_version": ["#1 SMP PREEMPT_DYNAMIC @0", "10.0.19041", "5"],
    "platform_machine": ["x86_64", "arm64", "AMD64"],
    "platform_python_implementation": ["CPython", "PyPy"],
    "implementation_name": ["cpython", "pypy", ""],
    "implementation_version": ["3.11.7", "7.3.13", "0"],
}
EXTRAS = ["", "dev", "Test_Extra", "test-extra", "a.b"]

operators = st.sampled_from(["==", "!=", "<", "<=", ">", ">=", "~=", "===", "in", "not in", "not  in"])
spaces = st.sampled_from(["", " ", " ", "  ", "\t"])


@st.composite
def comparisons(draw: st.DrawFn) -> str:
    names = [*VALUES, *VALUES, "extra", "extra", "os.name", "python_implementation", "extras", "nonsense"]
    variable = draw(st.sampled_from(names))
    pool = VALUES.get(variable, EXTRAS) + VERSIONS
    text = draw(st.sampled_from([*pool, f"{pool[0]}, {pool[1]}", "it's", 'a"b', "a\\x41", "é"]))
    quote = draw(st.sampled_from("'\""))
    value = f"{quote}{text}{quote}"
    if draw(st.integers(0, 30)) == 0:
        value = draw(st.sampled_from(["sys_platform", "'unclosed", "3.8"]))
    operator = draw(operators)
    one, two = draw(spaces), draw(spaces)
    if operator.endswith("in"):
        one, two = one or " ", two or " "
    left, right = (variable, value) if draw(st.integers(0, 4)) else (value, variable)
    return f"{left}{one}{operator}{two}{right}"


def _nest(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    joint = st.sampled_from([" and ", " or ", " and  ", "  or "])
    return st.one_of(
        st.tuples(inner, joint, inner).map("".join),
        st.tuples(inner, joint, inner, joint, inner).map("".join),
        inner.map("({})".format),
        inner.map("( {} )".format),
    )


markers = st.recursive(comparisons(), _nest, max_leaves=6)
environments = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in VALUES.items()})
extras = st.frozensets(st.sampled_from(["dev", "test-extra", "a-b"]), max_size=2)


@st.composite
def requirement_lines(draw: st.DrawFn) -> str:
    def one_of(right: list[str], wrong: list[str]) -> str:
        """Mostly right: a line with several parts is else nearly always refused."""
        return draw(st.sampled_from(right if draw(st.integers(0, 19)) else wrong))

    name = one_of(["a", "Foo.Bar", "foo__bar", "x-1", "3"], ["-a", "a-", "a.", "é", "foo bar"])
    bracket = one_of(["", "", "", "[b]", "[b,C_d]", "[ b , c ]", "[]"], ["[b", "[b c]", "[-b]", "[b,]"])
    clauses = []
    for _ in range(draw(st.integers(0, 3))):
        operator = one_of(["==", ">=", "<", "~=", "!=", "<=", ">", "==="], ["=", "=>", ""])
        number = one_of(
            ["1.0", "1.0", "1.10.2", "1.0rc1", "1.0.post1", "1!2.0", "v1.0", "1.0-1", "1.0.dev0"],
            ["1", "1.0.*", "1.*", "1.0+cu118", "latest", "1.0a1.*", ""],
        )
        clauses.append(f"{operator}{draw(spaces)}{number}")
    spec = one_of([",", " , ", ", "], [",,", " ", ";"]).join(clauses)
    if draw(st.integers(0, 3)) == 0:
        spec = f"({draw(spaces)}{spec}{draw(spaces)})"
    if draw(st.integers(0, 15)) == 0:
        spec = f"@ {draw(st.sampled_from(['https://h/x.whl', 'file:///p', '']))}"
    marker = draw(st.one_of(st.just(""), markers.map(";{}".format), markers.map(" ; {}".format)))
    return f"{name}{draw(spaces)}{bracket}{draw(spaces)}{spec}{draw(spaces)}{marker}"
