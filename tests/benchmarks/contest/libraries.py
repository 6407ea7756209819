"""The peers' convolutions, compiled once for a `Problem`, in each of the layouts that they like.

What they are fed with (all in place, nothing is copied for them):

======== =============================================== ============================================
feed     array                                           what the library does with it
======== =============================================== ============================================
frames   (1, T, H, W, C) uint8, the clip as it is        conversion and layout are its own work
planes   (1, C, *size) float32                           nothing
pixels   (1, *size, C) float32                           takes it as "channels last"
======== =============================================== ============================================

Every call returns a result that later calls do not overwrite.
"""

import os
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from contest.cases import Problem

CORES = os.cpu_count() or 1


class Compiled(Protocol):
    """A convolution that is ready to run."""

    def __call__(self, fed: NDArray[Any], weights: Any = None) -> object:
        """Convolve; with other weights where it was compiled for that, as they come from ``prepared``."""

    def volumes(self, result: Any) -> NDArray[np.float32]:
        """Return a result as (F, *lengths)."""


class Torch:
    """PyTorch on the processor.

    Parameters
    ----------
    last
        Whether input, weights and result are "channels last" in memory.
    direct
        Whether oneDNN is called by name. `conv3d` leaves out oneDNN for small problems by a rule of its own
        and then takes up to ten times as long.
    """

    def __init__(self, problem: Problem, feed: str, *, last: bool, direct: bool = False) -> None:
        import torch

        torch.set_num_threads(CORES)
        self._torch, self._problem, self._feed, self._direct = torch, problem, feed, direct
        layouts = {2: torch.channels_last, 3: torch.channels_last_3d}
        self._layout = layouts[problem.axes] if last else torch.contiguous_format
        self._weights = self._laid_out(problem.weights)
        self._buffer = self._inside = None
        if feed == "frames":
            size = [n + sum(pads) for n, pads in zip(problem.size, problem.pads, strict=True)]
            # Zeros around the clip stay; it is converted into the middle, in place.
            self._buffer = torch.zeros((1, problem.channels, *size)).contiguous(memory_format=self._layout)
            inside = (slice(b, b + n) for n, (b, _) in zip(problem.size, problem.pads, strict=True))
            self._inside = self._buffer[(slice(None), slice(None), *inside)]

    def _laid_out(self, weights: NDArray[np.float32]) -> Any:
        return self._torch.from_numpy(weights).contiguous(memory_format=self._layout)

    def prepared(self, weights: NDArray[np.float32]) -> Any:
        """Return weights as `__call__` takes them."""
        return self._laid_out(weights)

    def __call__(self, fed: NDArray[Any], weights: Any = None) -> Any:
        with self._torch.inference_mode():
            given = self._torch.from_numpy(fed)
            if self._feed != "planes":
                given = given.movedim(-1, 1)
            if self._inside is not None:
                self._inside.copy_(given)
                given = self._buffer
            return self._convolve(given, self._weights if weights is None else weights)

    def _convolve(self, given: Any, weights: Any) -> Any:
        torch, problem = self._torch, self._problem
        if self._direct:
            none = [0] * problem.axes
            return torch.mkldnn_convolution(given, weights, None, none, problem.stride, problem.dilation, 1)
        convolve = torch.nn.functional.conv3d if problem.axes == 3 else torch.nn.functional.conv2d
        return convolve(given, weights, stride=problem.stride, dilation=problem.dilation)

    def volumes(self, result: Any) -> NDArray[np.float32]:
        array: NDArray[np.float32] = result.numpy()[0]
        return array


class OpenVINO:
    """OpenVINO on the processor, float32 throughout.

    Parameters
    ----------
    variable
        Whether the weights are an input of the model (or constants in it).
    last
        Whether the result is "channels last" in memory: one pass less at the end.
    """

    def __init__(self, problem: Problem, feed: str, *, variable: bool = False, last: bool = False) -> None:
        import openvino
        from openvino import opset13 as op

        self._tensor, self._last = openvino.Tensor, last
        self._problem = problem  # tensors share its memory and do not keep it alive
        axes = range(problem.axes)
        shape = [1, *problem.size]
        shape = [1, problem.channels, *problem.size] if feed == "planes" else [*shape, problem.channels]
        given = op.parameter(shape, np.uint8 if feed == "frames" else np.float32)
        node = op.convert(given, np.float32) if feed == "frames" else given
        if feed != "planes":
            node = op.transpose(node, op.constant([0, problem.axes + 1, *(i + 1 for i in axes)]))
        weights = op.constant(problem.weights)
        if variable:
            weights = op.parameter(list(problem.weights.shape), np.float32)
        before, after = ([pads[side] for pads in problem.pads] for side in (0, 1))
        node = op.convolution(node, weights, problem.stride, before, after, problem.dilation)
        if last:
            node = op.transpose(node, op.constant([0, *(i + 2 for i in axes), 1]))
        model = openvino.Model([node], [given, weights] if variable else [given])
        hints = {
            "INFERENCE_PRECISION_HINT": "f32",
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_NUM_THREADS": CORES,
        }
        self._compiled = openvino.Core().compile_model(model, "CPU", hints)
        self._request = self._compiled.create_infer_request()
        self._shape = tuple(self._compiled.output(0).shape)
        if variable:
            self._request.set_input_tensor(1, openvino.Tensor(problem.weights, shared_memory=True))

    def prepared(self, weights: NDArray[np.float32]) -> Any:
        """Return weights as `__call__` takes them."""
        return self._tensor(weights, shared_memory=True)

    def __call__(self, fed: NDArray[Any], weights: Any = None) -> NDArray[np.float32]:
        result = np.empty(self._shape, np.float32)
        self._request.set_input_tensor(0, self._tensor(fed, shared_memory=True))
        if weights is not None:
            self._request.set_input_tensor(1, weights)
        self._request.set_output_tensor(self._tensor(result, shared_memory=True))
        self._request.infer()
        return result

    def volumes(self, result: Any) -> NDArray[np.float32]:
        return np.moveaxis(result, -1, 1)[0] if self._last else result[0]


class OnnxRuntime:
    """onnxruntime on the processor, with input and output bound in place.

    Parameters
    ----------
    late
        Whether bytes are put in order before they become floats (or the other way round).
    """

    def __init__(self, problem: Problem, feed: str, *, late: bool = False) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = CORES
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            _onnx_model(problem, feed, late), options, providers=["CPUExecutionProvider"]
        )
        self._shape = (1, *problem.output)

    def __call__(self, fed: NDArray[Any], weights: Any = None) -> NDArray[np.float32]:
        assert weights is None, "compiled with constant weights"
        result = np.empty(self._shape, np.float32)
        binding = self._session.io_binding()
        binding.bind_input("x", "cpu", 0, fed.dtype.type, fed.shape, fed.ctypes.data)
        binding.bind_output("y", "cpu", 0, np.float32, self._shape, result.ctypes.data)
        self._session.run_with_iobinding(binding)
        return result

    def volumes(self, result: Any) -> NDArray[np.float32]:
        array: NDArray[np.float32] = result[0]
        return array


def _onnx_model(problem: Problem, feed: str, late: bool) -> bytes:
    from onnx import TensorProto, helper, numpy_helper

    kind, shape = TensorProto.FLOAT, [1, problem.channels, *problem.size]
    nodes, name = [], "x"

    def then(operation: str, **options: Any) -> Callable[[], None]:
        def add() -> None:
            nonlocal name
            nodes.append(helper.make_node(operation, [name], [operation], **options))
            name = operation

        return add

    if feed == "frames":
        kind, shape = TensorProto.UINT8, [1, *problem.size, problem.channels]
        order = [0, problem.axes + 1, *(i + 1 for i in range(problem.axes))]
        steps = [then("Cast", to=TensorProto.FLOAT), then("Transpose", perm=order)]
        for step in reversed(steps) if late else steps:
            step()
    before, after = ([pads[side] for pads in problem.pads] for side in (0, 1))
    nodes.append(
        helper.make_node(
            "Conv",
            [name, "w"],
            ["y"],
            kernel_shape=problem.weights.shape[2:],
            pads=[*before, *after],
            strides=problem.stride,
            dilations=problem.dilation,
        )
    )
    graph = helper.make_graph(
        nodes,
        "convolution",
        [helper.make_tensor_value_info("x", kind, shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, *problem.output])],
        [numpy_helper.from_array(problem.weights, "w")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    text: bytes = model.SerializeToString()
    return text
