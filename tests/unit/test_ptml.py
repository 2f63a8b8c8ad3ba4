import pytest

from casemine.errors import InputError
from casemine.model.tree import Operator, ProcessTree
from casemine.read.models import read_model
from casemine.write.models import to_ptml

A, SILENT = ProcessTree(label="A"), ProcessTree()
TREE = ProcessTree(
    Operator.SEQUENCE,
    children=(
        ProcessTree(label="A"),
        ProcessTree(
            Operator.LOOP,
            children=(
                ProcessTree(Operator.CHOICE, children=(ProcessTree(label="<B> & \n"), SILENT)),
                ProcessTree(Operator.PARALLEL, children=(ProcessTree(label="C"), A)),
            ),
        ),
    ),
)


@pytest.fixture
def read(tmp_path):
    def reader(text):
        path = tmp_path / "tree.ptml"
        path.write_text(text, encoding="utf-8")
        return read_model(path)

    return reader


def document(inner, root="1"):
    return f'<ptml>\n<processTree id="x" name="x" root="{root}">\n{inner}</processTree></ptml>'


def edges(*pairs):
    return "".join(f'\n<parentsNode id="e" sourceId="{a}" targetId="{b}"/>' for a, b in pairs)


ONCE = '<xorLoop id="1"/><manualTask id="2" name="do"/>'
LOOP = '<xorLoop id="1" name=""/>' + "".join(
    f'<manualTask id="{n}" name="{name}"/>' for n, name in ((2, "do"), (3, "redo"), (4, "after"))
)


def test_a_tree_comes_back_as_it_was(read):
    assert read(to_ptml(TREE)) == TREE


def test_pm4py_reads_the_same_tree(tmp_path):
    import pm4py

    from casemine.discover.convert import tree_from_pm4py

    path = tmp_path / "tree.ptml"
    path.write_text(to_ptml(TREE), encoding="utf-8")

    theirs = tree_from_pm4py(pm4py.read_ptml(str(path)))

    assert sorted(str(theirs)) == sorted(str(TREE))
    assert theirs.children[1].operator == Operator.LOOP
    assert len(theirs.children[1].children) == 2


def test_what_follows_the_last_round_of_a_loop_comes_after_it(read):
    tree = read(document(LOOP + edges((1, 2), (1, 3), (1, 4))))

    assert str(tree) == "→(↺('do', 'redo'), 'after')"


BROKEN = [
    ("<ptml/>", "there is no <processTree> in the file", 1),
    (document('<manualTask id="2" name="A"/>'), "the root '1' is no node", 2),
    (document('<manualTask id="1"/>'), "<manualTask> has no 'name' attribute", 3),
    (document('<variable id="1" name=""/>'), "<variable> '1' has no place", 3),
    (document('<and id="1"/><and id="1"/>'), "the id '1' is used twice", 3),
    (document('<and id="1"/>'), "<and> '1' has 0 children", 3),
    (document(LOOP + edges((1, 2), (2, 3), (2, 4))), "the activity 'do' has children", 3),
    (document(LOOP + edges((1, 9))), "<parentsNode> refers to '9', which is no node", 4),
    (document(LOOP + edges((1, 2), (3, 2))), "'2' has two parents", 5),
    (document(LOOP + edges((1, 2), (1, 3))), "'4' does not hang on the root", 3),
    (document(LOOP + edges((1, 2), (2, 3), (3, 4), (4, 1))), "'1' is its own ancestor", 3),
    (document(LOOP.replace("manualTask", "xorLoop")), "'2' does not hang on the root", 3),
    (document('<xorLoop id="1"/><and id="2"/>' + edges((1, 2))), "<and> '2' has 0 children", 3),
    (document(ONCE + edges((1, 2))), "<xorLoop> '1' has 1 children", 3),
]


@pytest.mark.parametrize(("text", "message", "row"), BROKEN)
def test_nodes_that_make_no_tree_are_an_error_with_their_line(read, text, message, row):
    with pytest.raises(InputError) as error:
        read(text)

    assert message in error.value.message
    assert error.value.where.row == row


def test_a_tree_that_is_nested_too_deeply_is_an_error(read):
    nodes = "".join(f'<and id="{n}"/>' for n in range(1, 2001))
    chain = edges(*((n, n + 1) for n in range(1, 2000)))

    with pytest.raises(InputError, match="'301' is nested too deeply"):
        read(document(nodes + chain))
