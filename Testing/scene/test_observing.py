"""An observer ends with its owner, also when the garbage collector takes both."""

import gc
import weakref

from vtkmodules.vtkCommonCore import vtkObject

from RNAssessLib.scene.observing import Observers


class Listener:
    def __init__(self, node, heard):
        self.observers, self.heard, self.itself = Observers(), heard, self  # a cycle
        self.observers.set("node", node, "ModifiedEvent", self.on_modified, "red")

    def on_modified(self, view, caller, event):
        self.heard.append((view, caller, event))


def test_it_hears_and_is_heard_no_more_once_removed():
    node, other, heard = vtkObject(), vtkObject(), []
    listener = Listener(node, heard)
    node.Modified()
    assert heard == [("red", node, "ModifiedEvent")]
    listener.observers.set("node", other, "ModifiedEvent", listener.on_modified, "blue")
    node.Modified()  # let go for the other one
    other.Modified()
    assert [view for view, _caller, _event in heard] == ["red", "blue"]
    listener.observers.remove_all()
    other.Modified()
    assert len(heard) == 2 and listener.observers.nodes() == []


def test_no_function_that_was_collected_is_called():
    """A plain closure as observer ends the process here with a segmentation fault."""
    node, heard = vtkObject(), []
    listener = weakref.ref(Listener(node, heard))
    gc.collect()
    assert listener() is None
    node.Modified()
    assert heard == [] and not node.HasObserver("ModifiedEvent")
