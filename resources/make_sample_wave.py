"""Make ``sample_wave.webp``: sixteen frames of a waving hand, drawn by this script from nothing but numbers.

Run it as ``python resources/make_sample_wave.py``. The hand is modelled from capsules, shaded, given the
creases of a palm, and turned about an elbow below the picture; it throws a soft shadow on the wall behind
it. Each frame gathers light over part of its time (motion blur) and has the noise of a webcam's sensor,
so that filters answer as they do to a real recording.
"""

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import itertools

from core.cv import cv2

FRAMES, WIDTH, HEIGHT, FPS = 16, 320, 240, 15
RESULT = Path(__file__).resolve().with_name("sample_wave.webp")
QUALITY = 95

SEED = 16
SS = 3  # every length below is in pixels of the result; drawing happens at SS times that
EXPOSURE, SUBFRAMES = 0.45, 7  # part of the frame time that the shutter is open, and samples of it
SWING_DEG, WRIST_DEG = 15.0, 7.0
ELBOW = (163.0, 330.0)
FOREARM = 132.0  # elbow to wrist
NOISE = 1.9  # standard deviation at mid grey, in steps of 255

SKIN = np.array([0.86, 0.59, 0.44])
LIGHT = np.array([-0.50, -0.55, 0.67])

Picture = NDArray[np.float32]

# Canvas of the arm in its own coordinates: x to the thumb, y down, the wrist at the origin.
CANVAS_LEFT, CANVAS_TOP, CANVAS_W, CANVAS_H = -80, -165, 170, 345

# (base x, base y, angle from straight up in degrees, three bone lengths, radius at base and tip)
FINGERS = (
    (24.5, -73.0, 8.0, (25.0, 17.5, 13.5), 8.7, 6.7),
    (8.0, -79.0, 2.0, (27.5, 19.5, 14.5), 9.0, 6.9),
    (-9.0, -77.0, -3.5, (25.0, 18.5, 13.5), 8.6, 6.6),
    (-24.5, -68.5, -11.0, (18.5, 13.0, 11.5), 7.4, 5.6),
)
THUMB = (((25.0, -20.0), 14.0), ((44.0, -44.0), 10.0), ((53.0, -61.0), 8.6), ((55.5, -76.0), 7.0))
PALM = (((-15.0, -14.0), 18.0), ((-18.0, -58.0), 14.0), ((-3.0, -65.0), 15.0), ((17.0, -63.0), 14.5),
        ((20.0, -22.0), 18.0), ((0.0, -36.0), 27.0))  # fmt: skip
BOOKS = (
    (0.52, 0.20, 0.17), (0.22, 0.33, 0.42), (0.70, 0.62, 0.42), (0.25, 0.30, 0.22), (0.60, 0.58, 0.55),
    (0.38, 0.22, 0.30), (0.72, 0.47, 0.22),
)  # fmt: skip
ARM = (((0.0, -8.0), 22.0), ((0.0, 14.0), 20.5), ((-1.0, 60.0), 24.5), ((-2.0, 170.0), 34.0))


def capsule(
    x: Picture, y: Picture, a: tuple[float, float], ra: float, b: tuple[float, float], rb: float
) -> Picture:
    """Return the signed distance (negative inside) to a capsule whose radius goes from ra to rb."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    along = np.clip(((x - a[0]) * dx + (y - a[1]) * dy) / (dx * dx + dy * dy), 0, 1)
    return np.hypot(x - a[0] - along * dx, y - a[1] - along * dy) - (ra + along * (rb - ra))


def smooth_union(a: Picture, b: Picture, k: float) -> Picture:
    """Return the union of two shapes whose seam is filled over a length of k."""
    h = np.clip(0.5 + 0.5 * (b - a) / k, 0, 1)
    return b + (a - b) * h - k * h * (1 - h)


def chain(x: Picture, y: Picture, parts: tuple, k: float) -> Picture:
    """Return the smooth union of the capsules between neighbouring (point, radius) pairs."""
    shape = capsule(x, y, parts[0][0], parts[0][1], parts[1][0], parts[1][1])
    for (a, ra), (b, rb) in itertools.pairwise(parts):
        shape = smooth_union(shape, capsule(x, y, a, ra, b, rb), k)
    return shape


def finger_joints(finger: tuple) -> list[tuple[tuple[float, float], float]]:
    """Return the four joints of a finger as (point, radius); it bends a little outwards."""
    x, y, angle, bones, base, tip = finger
    joints = [((x, y), base)]
    for index, bone in enumerate(bones):
        turn = np.deg2rad(angle * (1 - 0.22 * index))
        x, y = x + bone * np.sin(turn), y - bone * np.cos(turn)
        joints.append(((float(x), float(y)), base + (tip - base) * (index + 1) / 3))
    return joints


def canvas() -> tuple[Picture, Picture]:
    """Return x and y of every pixel of the arm's canvas."""
    x = (np.arange(CANVAS_W * SS, dtype=np.float32) + 0.5) / SS + CANVAS_LEFT
    y = (np.arange(CANVAS_H * SS, dtype=np.float32) + 0.5) / SS + CANVAS_TOP
    return np.broadcast_to(x, (y.size, x.size)), np.broadcast_to(y[:, None], (y.size, x.size))


def blur(picture: Picture, sigma: float) -> Picture:
    """Return a picture smoothed by a Gaussian whose sigma is in pixels of the result."""
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma * SS), np.float32)


def mottle(shape: tuple[int, ...], sigma: float, random: np.random.RandomState) -> Picture:
    """Return smooth noise of standard deviation 1."""
    noise = blur(random.standard_normal(shape).astype(np.float32), sigma)
    return noise / noise.std()


def relief(distance: Picture, radius: float) -> Picture:
    """Return the height of a body whose rim is rounded with a radius, from the distance to its outline."""
    inside = np.clip(-distance / radius, 0, 1)
    return radius * np.sqrt(np.clip(1 - (1 - inside) ** 2, 0, 1))


def creases(hand: bool) -> Picture:
    """Return the lines of the skin, 0 to 1: joints of the fingers and the three lines of a palm."""
    lines = np.zeros((CANVAS_H * SS, CANVAS_W * SS), np.float32)

    def draw(points: list[tuple[float, float]], strength: float, width: float = 0.7) -> None:
        layer = np.zeros_like(lines)
        pixels = np.array([((px - CANVAS_LEFT) * SS * 16, (py - CANVAS_TOP) * SS * 16) for px, py in points])
        cv2.polylines(
            layer,
            [pixels.round().astype(np.int32)],
            False,
            strength,
            max(1, round(width * SS)),
            cv2.LINE_AA,
            4,
        )
        np.maximum(lines, layer, out=lines)

    def bow(
        a: tuple[float, float],
        mid: tuple[float, float],
        b: tuple[float, float],
        strength: float,
        width: float = 0.8,
    ) -> None:
        t = np.linspace(0, 1, 24)[:, None]
        curve = (1 - t) ** 2 * np.array(a) + 2 * t * (1 - t) * np.array(mid) + t**2 * np.array(b)
        draw([(float(px), float(py)) for px, py in curve], strength, width)

    if not hand:
        for dy in (1.0, 5.5):
            bow((-17, -1 + dy), (0, 3 + dy), (16, -2 + dy), 0.5)
        return lines
    for finger in FINGERS:
        joints = finger_joints(finger)
        turn = np.deg2rad(finger[2])
        side, up = np.array([np.cos(turn), np.sin(turn)]), np.array([np.sin(turn), -np.cos(turn)])
        for index, strength in ((0, 0.75), (1, 0.9), (2, 0.7)):
            (px, py), radius = joints[index]
            for shift in (4.0, 5.6) if index == 0 else (-0.8, 0.9):
                at = np.array([px, py]) + up * shift
                a, b = at - side * radius * 0.82, at + side * radius * 0.82
                bow(tuple(a), tuple(at - up * 1.6), tuple(b), strength, 0.65)
    for (px, py), wide in (((44.5, -46.0), 8.5), ((52.5, -62.5), 7.0)):
        bow((px - wide, py + 1.5), (px, py + 3), (px + wide, py - 2.5), 0.7)
    bow((29, -57), (2, -52), (-10, -6), 0.0)
    bow((31, -52), (-2, -56), (3, -8), 1.0, 1.1)  # around the thumb's ball
    bow((31, -55), (6, -52), (-26, -31), 0.85, 0.9)
    bow((-31, -49), (-5, -46), (16, -71), 0.95, 1.0)
    bow((-4, -10), (-1, -30), (4, -58), 0.35, 0.7)
    return lines


def shaded(
    distance: Picture, height: Picture, lines: Picture, flush: Picture, random: np.random.RandomState
) -> Picture:
    """Return (H, W, 4) premultiplied RGBA of a body of skin."""
    soft = blur(lines, 0.5)
    surface = blur(height, 0.9) - 0.6 * soft + 0.035 * mottle(height.shape, 0.7, random)
    gy, gx = np.gradient(surface, 1 / SS)
    normal = np.stack([-gx, -gy, np.ones_like(gx)], axis=-1)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    diffuse = np.clip(normal @ (LIGHT / np.linalg.norm(LIGHT)), 0, 1)
    light = 0.40 + 0.78 * diffuse
    # Light that has gone through skin comes out red: the dark side is redder than the bright one.
    colour = SKIN * light[..., None] ** np.array([0.85, 1.08, 1.2])
    colour *= (
        1 + (0.035 * mottle(height.shape, 3.0, random) + 0.02 * mottle(height.shape, 0.5, random))[..., None]
    )
    colour *= 1 + flush[..., None] * np.array([0.07, -0.07, -0.06])
    colour *= 1 - soft[..., None] * np.array([0.20, 0.29, 0.32])
    colour += 0.05 * np.clip(normal @ np.array([-0.25, -0.35, 0.90]), 0, 1)[..., None] ** 24
    alpha = np.clip(0.5 - distance * SS / 1.6, 0, 1)
    return np.dstack([np.clip(colour, 0, 1) * alpha[..., None], alpha]).astype(np.float32)


def hand_layer(random: np.random.RandomState) -> Picture:
    """Draw the hand, palm towards the camera, fingers up."""
    x, y = canvas()
    palm = chain(x, y, PALM, 9.0)
    thumb = chain(x, y, THUMB, 4.0)
    shape = smooth_union(palm, thumb, 7.0)
    shape = smooth_union(shape, capsule(x, y, (0, -14), 22.0, (0, 2), 20.5), 8.0)
    height = relief(shape, 15.0)
    flush = np.exp(-(((x - 22) / 13) ** 2 + ((y + 28) / 17) ** 2)) + 0.8 * np.exp(
        -(((x + 21) / 9) ** 2 + ((y + 28) / 20) ** 2)
    )
    height = height + 3.6 * np.exp(-(((x - 21) / 13) ** 2 + ((y + 27) / 18) ** 2))
    height = height + 2.6 * np.exp(-(((x + 21) / 10) ** 2 + ((y + 28) / 21) ** 2))
    height = height - 2.2 * np.exp(-(((x - 1) / 11) ** 2 + ((y + 42) / 14) ** 2))
    for finger in FINGERS:
        joints = finger_joints(finger)
        body = chain(x, y, tuple(joints), 2.5)
        top = relief(body, finger[4] * 1.02)
        for (a, ra), (b, _) in itertools.pairwise(joints):
            middle = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
            top = top + 1.3 * np.exp(
                -(((x - middle[0]) / (ra * 0.6)) ** 2 + ((y - middle[1]) / (ra * 0.75)) ** 2)
            ) * (body < 0)
        tip = joints[-1][0]
        flush = flush + 0.9 * np.exp(-(((x - tip[0]) / 7) ** 2 + ((y - tip[1]) / 8) ** 2))
        height = np.maximum(height, top)
        shape = smooth_union(shape, body, 3.2)
    layer = shaded(shape, height, creases(True), flush, random)
    # The heel of the hand runs out into the forearm without an edge.
    layer *= np.clip((14 - y) / 16, 0, 1)[..., None]
    return layer


def arm_layer(random: np.random.RandomState) -> Picture:
    """Draw the forearm from the wrist down, with the cuff of a sleeve."""
    x, y = canvas()
    shape = chain(x, y, ARM, 6.0)
    height = (
        relief(shape, 26.0)
        + 1.5 * np.exp(-((x / 2.5) ** 2)) * (y > 4)
        + 1.0 * np.exp(-(((x - 6) / 2) ** 2)) * (y > 2)
    )
    return shaded(shape, height, creases(False), np.zeros_like(height), random)


def room(random: np.random.RandomState) -> Picture:
    """Draw the wall behind, a little out of focus: plaster, a rail, a door frame, a picture and a shelf."""
    h, w = HEIGHT * SS, WIDTH * SS
    x, y = np.meshgrid((np.arange(w) + 0.5) / SS, (np.arange(h) + 0.5) / SS)
    wall = np.array([0.60, 0.58, 0.53]) * np.ones((h, w, 1))

    def box(
        left: float,
        top: float,
        right: float,
        bottom: float,
        colour: tuple[float, float, float],
        soft: float = 0.5,
    ) -> None:
        inside = np.clip((x - left) / soft + 0.5, 0, 1) * np.clip((right - x) / soft + 0.5, 0, 1)
        inside = inside * np.clip((y - top) / soft + 0.5, 0, 1) * np.clip((bottom - y) / soft + 0.5, 0, 1)
        wall[:] = wall + inside[..., None] * (np.array(colour) - wall)

    box(-5, 181, 330, 245, (0.56, 0.545, 0.55))
    box(-5, 179.5, 330, 181.2, (0.70, 0.69, 0.65))
    box(-5, 181.2, 330, 183.0, (0.42, 0.41, 0.40))
    box(306, -5, 330, 245, (0.84, 0.83, 0.74))
    box(303.5, -5, 306, 245, (0.36, 0.35, 0.33))
    box(312, -5, 313.2, 245, (0.62, 0.61, 0.55))
    box(14, 22, 74, 96, (0.34, 0.26, 0.19))
    box(18.5, 26.5, 69.5, 91.5, (0.74, 0.72, 0.66))
    box(26, 35, 62, 83, (0.42, 0.56, 0.66))
    box(26, 62, 62, 83, (0.36, 0.43, 0.27))
    hill = np.clip((y - (58 + 7 * np.sin((x - 20) / 9))) + 0.5, 0, 1) * ((x > 26) & (x < 62) & (y < 83))
    wall[:] = wall + hill[..., None] * (np.array([0.30, 0.38, 0.25]) - wall)
    box(246, 92, 304, 96, (0.42, 0.30, 0.20))
    left = 248.0
    for colour in BOOKS:
        width, height = 5.0 + 3.5 * random.random_sample(), 27.0 + 13.0 * random.random_sample()
        if left + width < 303:
            box(left, 92 - height, left + width - 0.6, 92, colour)
            box(
                left + 1,
                92 - height * 0.8,
                left + width - 1.6,
                92 - height * 0.72,
                tuple(0.5 + 0.5 * c for c in colour),
            )
        left += width
    plaster = (
        0.010 * mottle((h, w), 0.6, random)
        + 0.010 * mottle((h, w), 2.0, random)
        + 0.012 * mottle((h, w), 12.0, random)
    )
    lit = (
        1.10
        - 0.20 * (x / WIDTH)
        - 0.13 * (y / HEIGHT)
        + 0.10 * np.exp(-(((x - 90) / 120) ** 2 + ((y - 40) / 90) ** 2))
    )
    picture = np.asarray(wall * (lit + plaster)[..., None], np.float32)
    return np.dstack([blur(np.ascontiguousarray(picture[..., c]), 0.55) for c in range(3)])


def placement(time: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the maps from canvas to (SS times larger) frame of forearm and hand, at a time in frames."""
    phase = 2 * np.pi * time / FRAMES + 1.1
    swing = np.deg2rad(SWING_DEG * np.sin(phase) - 1.0)
    # The hand follows its forearm a little late, and the wave is not perfectly even.
    bend = np.deg2rad(WRIST_DEG * np.sin(phase - 0.75) + 1.2 * np.sin(2 * phase))
    lift = 2.5 * np.cos(2 * phase)
    to_wrist = np.array([[1, 0, CANVAS_LEFT + 0.5 / SS], [0, 1, CANVAS_TOP + 0.5 / SS], [0, 0, 1]]) @ np.diag(
        [1 / SS, 1 / SS, 1]
    )
    elbow = moved(ELBOW[0], ELBOW[1] + lift) @ turned(swing) @ moved(0, -FOREARM)
    out = np.diag([SS, SS, 1.0]) @ moved(-0.5 / SS, -0.5 / SS)
    return (out @ elbow @ to_wrist)[:2], (out @ elbow @ turned(bend) @ to_wrist)[:2]


def moved(x: float, y: float) -> NDArray[np.float64]:
    """Return a translation."""
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1.0]])


def turned(angle: float) -> NDArray[np.float64]:
    """Return a rotation, clockwise on the screen, about the origin."""
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1.0]])


def over(below: Picture, layer: Picture) -> Picture:
    """Compose a premultiplied layer on a picture."""
    return below * (1 - layer[..., 3:]) + layer[..., : below.shape[2]]


def exposure(time: float, wall: Picture, arm: Picture, hand: Picture) -> Picture:
    """Return what the lens sees at one moment."""
    size = WIDTH * SS, HEIGHT * SS
    layers = [cv2.warpAffine(layer, place, size, flags=cv2.INTER_LINEAR)
              for layer, place in zip((arm, hand), placement(time), strict=True)]  # fmt: skip
    body = layers[0] * (1 - layers[1][..., 3:]) + layers[1]
    shift = np.array([[1, 0, 15.0 * SS], [0, 1, 13.0 * SS]])
    shadow = blur(cv2.warpAffine(np.ascontiguousarray(body[..., 3]), shift, size), 6.5)
    return over(wall * (1 - shadow[..., None] * np.array([0.30, 0.27, 0.24], np.float32)), body)


def sensor(light: Picture, random: np.random.RandomState) -> NDArray[np.uint8]:
    """Return what a webcam makes of the light: (H, W, 3) uint8 with noise, a little sharpened."""
    small = cv2.resize(light, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    small = small + 0.25 * (small - cv2.GaussianBlur(small, (0, 0), 1.0))
    noise = random.standard_normal((HEIGHT, WIDTH, 3)) + 0.8 * random.standard_normal((HEIGHT, WIDTH, 1))
    noise = cv2.GaussianBlur(noise, (0, 0), 0.55)
    noise *= NOISE / 255 / noise.std() * np.sqrt(0.35 + 1.3 * np.clip(small, 0, 1))
    return np.rint(np.clip(small + noise, 0, 1) * 255).astype(np.uint8)


def make_frames(count: int = FRAMES) -> NDArray[np.uint8]:
    """Return the first frames, (count, 240, 320, 3) uint8 RGB, the same anywhere but for rounding."""
    random = np.random.RandomState(SEED)
    wall, arm, hand = room(random), arm_layer(random), hand_layer(random)
    frames = []
    for index in range(count):
        times = index + EXPOSURE * (np.arange(SUBFRAMES) + 0.5) / SUBFRAMES
        light = sum(exposure(float(time), wall, arm, hand) for time in times) / SUBFRAMES
        frames.append(sensor(np.asarray(light, np.float32), random))
    return np.stack(frames)


def main() -> None:
    """Write the sample beside this script."""
    from PIL import Image

    pictures = [Image.fromarray(frame) for frame in make_frames()]
    edges = [round(i * 1000 / FPS) for i in range(FRAMES + 1)]
    durations = [late - early for early, late in itertools.pairwise(edges)]
    pictures[0].save(
        RESULT,
        save_all=True,
        append_images=pictures[1:],
        duration=durations,
        loop=0,
        quality=QUALITY,
        method=6,
    )


if __name__ == "__main__":
    main()
