"""Networks of the real makes with a few thousand random weights, saved the way their public weights are."""

import json

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

SIDE = 128
WIDE = 128  # SAM 2's memory has 64 channels, and its pointers must be wider than that
WIDTHS = [8, 16, 32, 64]


def save_sam2(folder):
    from transformers import Sam2VideoConfig, Sam2VideoModel

    hiera = {
        "model_type": "sam2_hiera_det_model", "image_size": [SIDE, SIDE], "hidden_size": 8, "num_attention_heads": 1,
        "blocks_per_stage": [1, 1, 2, 1], "embed_dim_per_stage": WIDTHS,
        "num_attention_heads_per_stage": [1, 1, 1, 1], "window_size_per_stage": [4, 2, 4, 2],
        "global_attention_blocks": [3], "window_positional_embedding_background_size": [2, 2],
    }  # fmt: skip
    vision = {"backbone_config": hiera} | _scales(WIDTHS)
    more = {"memory_attention_feed_forward_hidden_size": 32}
    return _save_sam(Sam2VideoModel, _sam(Sam2VideoConfig, vision, more), folder)


def save_edgetam(folder, widths=WIDTHS, depths=(1, 1, 2, 1)):
    from transformers import EdgeTamVideoConfig, EdgeTamVideoModel

    from models.backends.repvit import RepVitConfig

    encoder = RepVitConfig(widths=list(widths), depths=list(depths))
    vision = {"model_type": "edgetam_vision_model", "backbone_config": encoder} | _scales(widths)
    more = {
        "memory_attention_mlp_hidden_size": 32, "memory_attention_rope_k_sizes": [4, 4],
        "perceiver_resampler_num_latents": 16, "perceiver_resampler_num_latents_2d": 16,
        "perceiver_resampler_mlp_intermediate_size": 16,
    }  # fmt: skip
    return _save_sam(EdgeTamVideoModel, _sam(EdgeTamVideoConfig, vision, more), folder)


def save_edgetam_as_published(folder, architecture="repvit_m1.dist_in1k"):
    """With its encoder at full size, and a config.json that names timm's, as the public checkpoint has it."""
    from models.backends import repvit

    save_edgetam(folder, repvit.WIDTHS, repvit.DEPTHS)
    file = folder / "config.json"
    described = json.loads(file.read_text())
    described["vision_config"]["backbone_config"] = {
        "model_type": "timm_wrapper", "architecture": architecture, "num_classes": 1000,
        "model_args": {"in_chans": 3, "features_only": True, "out_indices": [0, 1, 2, 3]},
    }  # fmt: skip
    file.write_text(json.dumps(described))
    return folder


def save_vitmatte(folder):
    from transformers import VitDetConfig, VitMatteConfig, VitMatteForImageMatting

    torch.manual_seed(0)
    backbone = VitDetConfig(
        image_size=64, num_channels=4, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, window_size=2,
        window_block_indices=[0], residual_block_indices=[1], out_features=["stage2"],
        use_relative_position_embeddings=True,
    )  # fmt: skip
    config = VitMatteConfig(
        backbone_config=backbone, hidden_size=16, convstream_hidden_sizes=[4, 8, 16],
        fusion_hidden_sizes=[16, 8, 8, 4],
    )  # fmt: skip
    VitMatteForImageMatting(config).save_pretrained(folder)
    return folder


def _sam(config_class, vision, more):
    return config_class(
        image_size=SIDE,
        vision_config=vision,
        prompt_encoder_config={"hidden_size": WIDE, "image_size": SIDE, "mask_input_channels": 4},
        mask_decoder_config={"hidden_size": WIDE, "mlp_dim": 32, "num_attention_heads": 2, "iou_head_hidden_dim": 32},
        memory_attention_hidden_size=WIDE,
        memory_attention_num_layers=1,
        memory_attention_rope_feat_sizes=[SIDE // 16] * 2,
        memory_encoder_hidden_size=WIDE,
        mask_downsampler_embed_dim=WIDE,
        memory_fuser_embed_dim=WIDE,
        memory_fuser_intermediate_dim=32,
        num_maskmem=3,
        max_object_pointers_in_encoder=4,
        **more,
    )


def _scales(widths):
    sizes = [[SIDE // 4] * 2, [SIDE // 8] * 2, [SIDE // 16] * 2]
    return {"backbone_channel_list": list(widths[::-1]), "backbone_feature_sizes": sizes, "fpn_hidden_size": WIDE}


def _save_sam(network, config, folder):
    torch.manual_seed(0)
    net = network(config)
    for name, weight in net.named_parameters():
        if weight.dim() > 1:
            weight.data.mul_(4)  # as they come, the answers hardly depend on anything
        if name == "mask_decoder.pred_obj_score_head.proj_out.bias":
            weight.data.fill_(20)  # random networks would say that nothing is there
    net.save_pretrained(folder)
    return folder


def save_recurrent_matter(folder):
    """A graph with the inputs and outputs of Robust Video Matting: its alpha is the mean of what it sees and what
    it saw before, at a share of the resolution."""
    one, ratio = [TensorProto.FLOAT, [None] * 4], [TensorProto.FLOAT, [1]]
    states = [f"r{number}" for number in (1, 2, 3, 4)]
    nodes = [
        helper.make_node("Concat", ["ones", "downsample_ratio", "downsample_ratio"], ["scales"], axis=0),
        helper.make_node("Resize", ["src", "", "scales"], ["small"], mode="linear"),
        helper.make_node("ReduceMean", ["small", "channels"], ["grey"], keepdims=1),
        helper.make_node("Mul", ["grey", "half"], ["now"]),
        helper.make_node("Mul", ["r1i", "half"], ["then"]),
        helper.make_node("Add", ["now", "then"], ["r1o"]),
        *(helper.make_node("Add", [f"{name}i", "half"], [f"{name}o"]) for name in states[1:]),
        helper.make_node("Shape", ["src"], ["shape"], start=2),
        helper.make_node("Concat", ["one_of_one", "shape"], ["full"], axis=0),
        helper.make_node("Resize", ["r1o", "", "", "full"], ["pha"], mode="linear"),
        helper.make_node("Sub", ["one", "src"], ["fgr"]),
    ]
    inputs = [helper.make_tensor_value_info("src", TensorProto.FLOAT, [None, 3, None, None])]
    inputs += [helper.make_tensor_value_info(f"{name}i", *one) for name in states]
    inputs += [helper.make_tensor_value_info("downsample_ratio", *ratio)]
    outputs = [helper.make_tensor_value_info(name, *one) for name in ("pha", "fgr", *(f"{n}o" for n in states))]
    held = {"ones": [1.0, 1.0], "channels": [1], "half": 0.5, "one": 1.0, "one_of_one": [1, 1]}
    _save_graph(folder / "recurrent.onnx", nodes, inputs, outputs, held)
    said = """\
name: rvm-like
licence: Apache-2.0
task: matte
model: recurrent.onnx
picture: {input: src}
constants: {downsample_ratio: [0.5]}
states: {r1i: r1o, r2i: r2o, r3i: r3o, r4i: r4o}
output: {name: pha}
foreground: fgr
"""
    return _describe(folder / "recurrent.yaml", said)


def save_red_segmenter(folder):
    """A graph of 64x64 that gives two logits, of everything else and of red, from normalised BGR."""
    nodes = [
        helper.make_node("Gather", ["x", "red"], ["r"], axis=1),
        helper.make_node("Mul", ["r", "ten"], ["red_logit"]),
        helper.make_node("Neg", ["red_logit"], ["other_logit"]),
        helper.make_node("Concat", ["other_logit", "red_logit"], ["logits"], axis=1),
    ]
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 64, 64])]
    outputs = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, 2, 64, 64])]
    _save_graph(folder / "red.onnx", nodes, inputs, outputs, {"red": [2], "ten": 10.0})
    said = """\
name: red-is-person
licence: CC0-1.0
task: segment
model: red.onnx
picture: {input: x, size: [64, 64], mean: [0.5, 0.5, 0.6], std: [0.2, 0.2, 0.2], colours: bgr}
output: {name: logits, activation: softmax, channel: 1}
"""
    return _describe(folder / "red.yaml", said)


def save_trimap_matter(folder):
    """A channels-last graph whose alpha is the trimap's, made of picture and trimap."""
    nodes = [
        helper.make_node("ReduceMean", ["image", "channels"], ["grey"], keepdims=1),
        helper.make_node("Mul", ["grey", "nothing"], ["none"]),
        helper.make_node("Add", ["trimap", "none"], ["alpha"]),
    ]
    inputs = [
        helper.make_tensor_value_info("image", TensorProto.FLOAT16, [None, None, None, 3]),
        helper.make_tensor_value_info("trimap", TensorProto.FLOAT16, [None, None, None, 1]),
    ]
    outputs = [helper.make_tensor_value_info("alpha", TensorProto.FLOAT16, [None] * 4)]
    held = {"channels": [3], "nothing": np.float16(0)}
    _save_graph(folder / "guided.onnx", nodes, inputs, outputs, held)
    said = """\
name: guided
licence: CC0-1.0
task: matte
model: guided.onnx
picture: {input: image, multiple: 8, layout: nhwc}
guide: {input: trimap, kind: trimap}
output: {name: alpha}
"""
    return _describe(folder / "guided.yaml", said)


def _save_graph(path, nodes, inputs, outputs, held):
    tensors = []
    for name, value in held.items():
        whole = isinstance(value, list) and all(isinstance(one, int) for one in value)
        kind = np.int64 if whole else getattr(value, "dtype", np.float32)
        tensors.append(numpy_helper.from_array(np.array(value, kind), name))
    graph = helper.make_graph(nodes, path.stem, inputs, outputs, tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def _describe(path, said):
    path.write_text(said)
    return path
