"""Arrays as they are written come back to the bit, and take the room they should."""

import numpy as np
import pytest

from RNAssessLib.kept.packing import pack, unpack

RNG = np.random.default_rng(3)
SHAPE = (31, 60, 71)
IMAGES = {
    "mask": (RNG.random(SHAPE) < 0.2, "bits"),
    "whole numbers": (RNG.integers(-900, 4000, SHAPE).astype(np.float32), "whole"),
    "above half the range": (RNG.integers(0, 65_000, SHAPE).astype(np.float32), "whole"),
    "beyond the range": (RNG.integers(0, 90_000, SHAPE).astype(np.float32), "as is"),
    "broken numbers": (RNG.normal(0.0, 1.0, SHAPE).astype(np.float32), "as is"),
    "half precision": (RNG.normal(0.0, 1.0, SHAPE).astype(np.float16), "as is"),
    "labels": (RNG.integers(0, 9, SHAPE).astype(np.uint8), "as is"),
    "small": (RNG.random((3, 4, 5)) < 0.5, "as is"),
}


def awkward(value):
    """Whole numbers but for one, at the end."""
    array = np.ones(SHAPE, np.float32)
    array[-1, -1, -1] = value
    return array


@pytest.mark.parametrize("name", IMAGES)
def test_comes_back_to_the_bit(name):
    array, how = IMAGES[name]
    written, said = pack(array)
    assert said == how
    again = unpack(written, said, array.shape)
    assert (again.dtype, again.shape) == (array.dtype, array.shape)
    assert again.tobytes() == array.tobytes()
    room = {"bits": 8, "whole": 2, "as is": 1}[how]
    assert written.nbytes == -(-array.nbytes // room)


@pytest.mark.parametrize("value", [np.nan, np.inf, -0.0, 0.5, 1e9, 1e-14])
def test_one_number_that_is_not_whole_leaves_the_image_as_it_is(value):
    array = awkward(value)
    written, how = pack(array)
    assert how == "as is"
    assert unpack(written, how, array.shape).tobytes() == array.tobytes()


def test_layout_in_memory_does_not_matter():
    array = np.asfortranarray(IMAGES["mask"][0])
    written, how = pack(array)
    assert np.array_equal(unpack(written, how, array.shape), array)


@pytest.mark.parametrize("how", ["bits", "whole", "no word"])
def test_other_than_what_was_written_is_damage(how):
    with pytest.raises(ValueError, match="is damaged"):
        unpack(np.zeros(7, np.float64), how, (70,))
