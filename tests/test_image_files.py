"""An uploaded file in, safe images out: what is accepted, what becomes of it, and
what is refused."""

import io
import random
import re
import struct
import zlib

import pytest
from PIL import Image
from PIL import ImageCms
from PIL import ImageDraw

from flaskr.imaging import decoder_process
from flaskr.imaging import pixels
from flaskr.imaging import process
from flaskr.imaging.formats import BadImage
from flaskr.imaging.process import read

GREEN = (20, 160, 60)
DAMAGED = "This image is damaged or incomplete."
FOREIGN = "This file contains more than an image."
SCRIPT = b"<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def in_english(app):
    with app.test_request_context():
        yield


def save(image, format, **options):
    if format == "HEIF":
        # Its import takes as long as many tests.
        import pillow_heif

        pillow_heif.register_heif_opener()

    content = io.BytesIO()
    image.save(content, format, **options)
    return content.getvalue()


def field(width=60, height=40, color=GREEN, mode="RGB"):
    image = Image.new("RGB", (width, height), color)
    return (
        image.convert("RGBA").convert(mode) if mode == "RGBa" else image.convert(mode)
    )


def kept(content):
    """The largest file of what becomes of an image."""
    picture = read(io.BytesIO(content))
    image = Image.open(io.BytesIO(picture.files[picture.width]))
    assert image.size == (picture.width, picture.height)
    return image


def refusal(content):
    with pytest.raises(BadImage) as error:
        read(io.BytesIO(content))

    return str(error.value)


def is_near(color, other, by=8):
    return all(abs(a - b) <= by for a, b in zip(color, other, strict=True))


def chunk(kind, data):
    crc = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)


def png(width, height, depth=8, color=2, data=b"", extra=b""):
    """A PNG of given, perhaps wrong, parts."""
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + extra
        + chunk(b"IDAT", zlib.compress(data))
        + chunk(b"IEND", b"")
    )


def say_size(content, width, height):
    """An AVIF or HEIC whose header says another size than what there is to decode."""
    place = content.index(b"ispe") + 8
    return content[:place] + struct.pack(">II", width, height) + content[place + 8 :]


def segment(marker, data):
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(data) + 2) + data


def far_frame():
    """A GIF of one pixel, whose second frame is far away."""
    frame = struct.pack("<BHHHHB", 0x2C, 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\0"
    far = struct.pack("<BHHHHB", 0x2C, 30_000, 30_000, 1, 1, 0) + frame[10:]
    head = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    assert read(io.BytesIO(head + frame + b";"))
    return head + frame + far + b";"


def jpeg_with(*segments):
    content = save(field(), "JPEG")
    return content[:2] + b"".join(segments) + content[2:]


@pytest.mark.parametrize(
    ("format", "extension"),
    [
        ("AVIF", "avif"),
        ("JPEG", "jpg"),
        ("PNG", "png"),
        ("WEBP", "webp"),
        ("GIF", "gif"),
    ],
)
def test_an_image_stays_what_it_was(format, extension):
    picture = read(io.BytesIO(save(field(), format)))
    image = Image.open(io.BytesIO(picture.files[60]))

    assert picture[:3] == (extension, 60, 40)
    assert image.format == format
    assert is_near(image.convert("RGB").getpixel((30, 20)), GREEN)


@pytest.mark.parametrize(
    ("mode", "format"),
    [
        *[(mode, "PNG") for mode in ("1", "L", "LA", "P", "RGB", "RGBA")],
        *[(mode, "JPEG") for mode in ("L", "CMYK", "RGB")],
        *[(mode, "WEBP") for mode in ("RGB", "RGBA")],
        *[(mode, "GIF") for mode in ("1", "L", "P")],
        *[(mode, "AVIF") for mode in ("L", "RGB", "RGBA")],
        *[(mode, "HEIF") for mode in ("L", "LA", "RGB", "RGBA", "RGBa")],
    ],
)
def test_each_kind_of_pixels_looks_as_before(mode, format):
    color = (255, 255, 255) if mode == "1" else GREEN
    before = save(field(color=color, mode=mode), format)
    expected = Image.open(io.BytesIO(before)).convert("RGB").getpixel((30, 20))
    assert is_near(kept(before).convert("RGB").getpixel((30, 20)), expected)


def test_sixteen_bits_of_gray_are_not_all_white():
    row = b"\0" + b"\x40\0" * 30 + b"\xc0\0" * 30
    shown = kept(png(60, 40, 16, 0, row * 40)).convert("L")
    assert (shown.getpixel((5, 5)), shown.getpixel((50, 5))) == (0x40, 0xC0)


def test_sixteen_bits_of_color_are_eight():
    row = b"\0" + struct.pack(">HHH", 0x1400, 0xA000, 0x3C00) * 60
    assert kept(png(60, 40, 16, 2, row * 40)).getpixel((5, 5)) == GREEN


@pytest.mark.parametrize(("color", "channels"), [(0, 1), (2, 3)])
def test_a_transparent_color_of_sixteen_bits_stays_transparent(color, channels):
    row = b"\0" + b"\x40\0" * channels * 30 + b"\xc0\0" * channels * 30
    transparent = chunk(b"tRNS", b"\xc0\0" * channels)
    shown = kept(png(60, 40, 16, color, row * 40, extra=transparent))
    assert [shown.getpixel((x, 5))[3] for x in (5, 50)] == [255, 0]


@pytest.mark.parametrize("mode", ["P", "RGB", "L"])
def test_a_transparent_color_stays_transparent(mode):
    image = field(mode=mode) if mode != "P" else field().quantize(4)
    transparent = image.getpixel((0, 0))
    shown = kept(save(image, "PNG", transparency=transparent))
    assert shown.mode == "RGBA"
    assert shown.getpixel((5, 5))[3] == 0


def test_the_mask_of_an_image_stays(tmp_path):
    image = field(mode="RGBA")
    image.putpixel((1, 1), (*GREEN, 77))
    assert kept(save(image, "PNG")).getpixel((1, 1)) == (*GREEN, 77)
    assert kept(save(image, "WEBP", lossless=True)).getpixel((1, 1))[3] == 77


@pytest.mark.parametrize(("format", "becomes"), [("AVIF", "AVIF"), ("HEIF", "WEBP")])
def test_what_is_transparent_in_a_photograph_stays_so(format, becomes):
    image = field(mode="RGBA")
    image.paste((*GREEN, 0), (0, 0, 30, 40))
    shown = kept(save(image, format))
    assert shown.format == becomes
    assert [shown.convert("RGBA").getpixel((x, 20))[3] for x in (5, 55)] == [0, 255]


def test_a_heic_becomes_what_every_browser_shows():
    assert read(io.BytesIO(save(field(), "HEIF"))).extension == "jpg"


def test_an_image_that_is_converted_in_strips_has_no_seams(monkeypatch):
    image = Image.radial_gradient("L").resize((700, 900)).convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    content = save(image.resize((2100, 2700)), "PNG")
    monkeypatch.setattr(pixels, "STRIP", 10_000)
    whole = read(io.BytesIO(content))
    monkeypatch.setattr(pixels, "STRIP", 100)
    assert read(io.BytesIO(content)) == whole


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format", ["AVIF", "HEIF", "JPEG", "PNG", "WEBP"])
def test_an_image_is_turned_as_the_camera_was(orientation, format):
    upright = Image.new("RGB", (64, 32), "white")
    ImageDraw.Draw(upright).rectangle((0, 0, 15, 15), fill="red")
    # What has to be undone.
    turns = {
        2: [Image.Transpose.FLIP_LEFT_RIGHT],
        3: [Image.Transpose.ROTATE_180],
        4: [Image.Transpose.FLIP_TOP_BOTTOM],
        5: [Image.Transpose.TRANSPOSE],
        6: [Image.Transpose.ROTATE_90],
        7: [Image.Transpose.TRANSVERSE],
        8: [Image.Transpose.ROTATE_270],
    }
    stored = upright

    for turn in turns.get(orientation, []):
        stored = stored.transpose(turn)

    exif = Image.Exif()
    exif[0x0112] = orientation
    # To a HEIC, other than as bytes, it would be a note.
    shown = kept(save(stored, format, exif=exif.tobytes())).convert("RGB")

    assert shown.size == (64, 32)
    assert is_near(shown.getpixel((5, 5)), (255, 0, 0), 20)
    assert is_near(shown.getpixel((50, 25)), (255, 255, 255), 20)


@pytest.mark.parametrize("format", ["AVIF", "HEIF", "JPEG", "PNG", "WEBP"])
def test_the_place_where_an_image_was_taken_is_not_kept(format):
    exif = Image.Exif()
    exif[0x010F] = "A camera"
    exif.get_ifd(0x8825)[1] = "N"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    options = {"exif": exif, "icc_profile": profile, "xmp": b"<x:xmpmeta>A place"}
    content = save(field(), format, **options)
    assert b"A camera" in content

    for file in read(io.BytesIO(content)).files.values():
        for secret in (b"A camera", b"Exif", b"eXIf", b"A place", b"ICC", b"iCCP"):
            assert secret not in file


def test_the_notes_in_a_file_are_not_kept():
    text = chunk(b"tEXt", b"Comment\0A secret")
    row = b"\0" + bytes(GREEN) * 60
    image = kept(png(60, 40, data=row * 40, extra=text))
    assert "Comment" not in image.info and not getattr(image, "text", {})
    assert "comment" not in kept(save(field(), "GIF", comment=b"A secret")).info
    assert "comment" not in kept(save(field(), "JPEG", comment=b"A secret")).info


def swap_red_and_blue():
    """An ICC profile in which they have each other's name."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = (
        profile.replace(b"rXYZ", b"none", 1)
        .replace(b"bXYZ", b"rXYZ", 1)
        .replace(b"none", b"bXYZ", 1)
    )
    assert swapped != profile
    return swapped


def test_colors_of_another_space_are_those_of_the_web():
    swapped = swap_red_and_blue()

    for mode, format in (
        ("RGB", "PNG"),
        ("RGBA", "PNG"),
        ("RGB", "JPEG"),
        ("RGB", "AVIF"),
        ("RGBA", "AVIF"),
        ("RGB", "HEIF"),
    ):
        image = field(color="red", mode=mode)
        shown = kept(save(image, format, icc_profile=swapped)).convert("RGB")
        assert is_near(shown.getpixel((5, 5)), (0, 0, 255), 30)


@pytest.mark.parametrize("profile", [b"nonsense", b"\0" * 200])
@pytest.mark.parametrize("mode", ["RGB", "CMYK", "L"])
def test_a_broken_profile_changes_nothing(profile, mode):
    image = field(mode=mode)
    shown = kept(save(image, "JPEG", icc_profile=profile))
    assert is_near(
        shown.convert("RGB").getpixel((5, 5)), image.convert("RGB").getpixel((5, 5))
    )


@pytest.mark.parametrize(
    ("size", "becomes"),
    [
        ((2000, 100), (2000, 100)),
        ((3000, 1000), (2000, 667)),
        ((1000, 9000), (816, 7348)),
        ((1, 9000), (1, 8000)),
        ((3000, 6000), (1732, 3464)),
        ((5000, 1), (2000, 1)),
    ],
)
def test_an_image_is_no_larger_than_a_page_needs(size, becomes):
    assert kept(save(Image.new("L", size), "PNG")).size == becomes


def test_a_turned_image_is_as_wide_as_it_is_shown():
    exif = Image.Exif()
    exif[0x0112] = 6
    content = save(Image.new("RGB", (3000, 1500)), "JPEG", exif=exif)
    assert kept(content).size == (1500, 3000)


def test_a_wide_image_has_narrower_files():
    noise = Image.effect_noise((2600, 1300), 50)
    picture = read(io.BytesIO(save(noise, "JPEG")))
    assert list(picture.files) == [2000, 1280, 640]

    for width, content in picture.files.items():
        assert Image.open(io.BytesIO(content)).size == (width, width // 2)

    assert list(read(io.BytesIO(save(field(640, 9), "JPEG"))).files) == [640]


def test_a_narrower_file_that_is_not_smaller_is_left_out(monkeypatch):
    # A drawing may have more shades then, and more bytes.
    sizes = {1400: 5, 1280: 9, 640: 3}
    monkeypatch.setattr(
        process, "encode", lambda image, extension: b"x" * sizes[image.width]
    )
    picture = read(io.BytesIO(save(field(1400, 400), "PNG")))
    assert list(picture.files) == [1400, 640]


def test_the_same_file_becomes_the_same_image():
    content = save(Image.effect_noise((900, 600), 50), "JPEG")
    assert read(io.BytesIO(content)) == read(io.BytesIO(content))


def frames(number=3, size=(60, 40), mode="RGB"):
    return [field(*size, (n * 60 % 256, 200, 9), mode) for n in range(number)]


@pytest.mark.parametrize("format", ["GIF", "PNG", "WEBP"])
@pytest.mark.parametrize("size", [(60, 40), (2400, 40)])
def test_an_animation_moves_on(format, size):
    first, *others = frames(size=size)
    content = save(
        first,
        format,
        save_all=True,
        append_images=others,
        loop=3,
        duration=[40, 90, 200],
    )
    image = kept(content)

    assert image.n_frames == 3
    assert image.info["loop"] == 3
    assert image.width == min(size[0], 2000)
    durations = []

    for n in range(3):
        image.seek(n)
        image.load()
        durations.append(image.info["duration"])
        assert is_near(image.convert("RGB").getpixel((5, 5)), (n * 60, 200, 9), 12)

    assert durations == [40, 90, 200]


def test_an_animation_with_holes_keeps_them():
    images = []

    for n in range(3):
        images.append(Image.new("RGBA", (60, 40), (0, 0, 0, 0)))
        ImageDraw.Draw(images[-1]).rectangle((n * 20, 0, n * 20 + 9, 39), fill="red")

    content = save(
        images[0], "GIF", save_all=True, append_images=images[1:], disposal=2
    )
    image = kept(content)

    for n in range(3):
        image.seek(n)
        shown = image.convert("RGBA")
        assert [shown.getpixel((x * 20 + 5, 5))[3] > 0 for x in range(3)] == [
            x == n for x in range(3)
        ]


def test_an_animation_that_plays_once_still_does():
    first, *others = frames()
    assert (
        "loop" not in kept(save(first, "GIF", save_all=True, append_images=others)).info
    )


def test_the_image_that_stands_for_a_moving_png_is_no_frame_of_it():
    first, *others = frames()
    content = save(
        first, "PNG", save_all=True, append_images=others, default_image=True
    )
    image = kept(content)
    assert image.n_frames == 2
    assert is_near(image.convert("RGB").getpixel((5, 5)), (60, 200, 9))


def test_a_moving_png_keeps_its_holes_and_loses_everything_else():
    swapped = swap_red_and_blue()
    first, *others = frames(mode="RGBA")
    others[0].putalpha(0)
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "A camera"
    options = {"icc_profile": swapped, "exif": exif, "save_all": True}
    content = save(first, "PNG", append_images=others, **options)
    assert b"A camera" in content and b"iCCP" in content
    image = kept(content)
    assert image.size == (40, 60)
    alpha = []

    for n in range(3):
        image.seek(n)
        alpha.append(image.convert("RGBA").getpixel((5, 5))[3])

    # The colors of its last frame have each other's name.
    assert alpha == [255, 0, 255]
    assert is_near(image.convert("RGB").getpixel((5, 5)), (9, 200, 120), 30)

    for secret in (b"A camera", b"eXIf", b"iCCP"):
        assert secret not in read(io.BytesIO(content)).files[40]


@pytest.mark.parametrize("brand", [b"avis", b"msf1", b"hevc"])
def test_an_animation_that_would_stand_still_is_refused(brand):
    content = b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0" + b"mif1miaf"
    assert "aren’t supported" in refusal(content)
    first, *others = frames()
    content = save(first, "AVIF", save_all=True, append_images=others)
    assert "aren’t supported" in refusal(content)


@pytest.mark.parametrize(
    "behind",
    [
        b"\0" * 100,
        b"\n",
        b"\xff\xff",
        bytes(range(256)),
        save(field(30, 20), "JPEG"),
        b"\0\0\0\x18ftypmp42" + b"x" * 100,
        b"\0\0\x01\x0aImage_UTC_Data" + b"x" * 30 + b"SEFH" + b"x" * 20 + b"SEFT",
    ],
)
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF"])
def test_what_phones_put_behind_an_image_is_dropped(behind, format):
    content = save(field(), format)
    assert read(io.BytesIO(content + behind)) == read(io.BytesIO(content))


def test_the_map_of_bright_parts_in_a_photograph_is_dropped():
    """Ultra HDR, and a depth beside it: several JPEGs in one (CIPA DC-007)."""
    content = save(field(), "MPO", save_all=True, append_images=[field(30, 20)])
    assert b"MPF" in content
    picture = read(io.BytesIO(content))
    assert (picture.extension, picture.width) == ("jpg", 60)
    assert b"MPF" not in picture.files[60]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "This file is empty."),
        (b"<svg onload='alert(1)'/>", "This file isn’t a supported image."),
        (b"<?xml version='1.0'?><svg/>", "This file isn’t a supported image."),
        (b"%PDF-1.7", "This file isn’t a supported image."),
        (b"some text", "This file isn’t a supported image."),
        (b"\0\0\0\x18ftypheic\0\0\0\0", DAMAGED),
        (b"\0\0\0\x18ftypmif1\0\0\0\0avif", DAMAGED),
        (b"\0\0\0\x18ftypmp42\0\0\0\0isom", "This file isn’t a supported image."),
        (b"\0\0\0\x08ftyp", "This file isn’t a supported image."),
        (save(field(), "BMP"), "This file isn’t a supported image."),
        (save(field(), "TIFF"), "This file isn’t a supported image."),
        (b"\xff\xd8\xff", DAMAGED),
        (b"\x89PNG\r\n\x1a\n", DAMAGED),
        (b"GIF89a", DAMAGED),
    ],
)
def test_a_file_that_is_no_image_is_refused(content, sentence):
    assert sentence in refusal(content)


def test_a_file_of_more_bytes_than_an_image_may_have_is_refused():
    assert "Images can be up to 25 MB." in refusal(b"x" * 25_000_001)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF", "AVIF", "HEIF"])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, -1])
def test_a_truncated_file_is_refused(format, part):
    content = save(Image.effect_noise((90, 60), 50), format)
    end = part if part < 0 else int(len(content) * part)
    assert refusal(content[:end])


@pytest.mark.parametrize(
    # Made when they are needed: collecting them would take each worker half a second.
    ("make", "sentence"),
    [
        (
            lambda: png(30_000, 30_000),
            "This image has 900 megapixels, and the limit is 52.",
        ),
        (lambda: png(5000, 5000), DAMAGED),
        (
            lambda: png(
                9, 9, extra=chunk(b"zTXt", b"k\0\0" + zlib.compress(b"A" * 2**24))
            ),
            DAMAGED,
        ),
        (
            lambda: png(
                9, 9, extra=chunk(b"iCCP", b"k\0\0" + zlib.compress(b"A" * 2**24))
            ),
            DAMAGED,
        ),
        (lambda: png(9, 9, extra=chunk(b"tEXt", b"k\0v") * 20_000), DAMAGED),
        (lambda: jpeg_with(segment(0xFE, b"") * 5000), DAMAGED),
        (
            lambda: save(Image.new("RGB", (16, 16)), "JPEG").replace(
                struct.pack(">HH", 16, 16), struct.pack(">HH", 65_000, 65_000)
            ),
            "This image has 4225 megapixels, and the limit is 210.",
        ),
        (
            lambda: save(Image.new("L", (9, 9)), "GIF").replace(
                struct.pack("<HH", 9, 9), struct.pack("<HH", 60_000, 60_000), 1
            ),
            "This image has 3600 megapixels, and the limit is 16.",
        ),
        (
            lambda: (
                save(field(), "GIF")[:-1] + b"\x21\xfe" + b"\x01a" * 200_000 + b"\0;"
            ),
            DAMAGED,
        ),
        (
            lambda: save(Image.new("1", (5000, 5000)), "WEBP", lossless=True),
            "This image has 25 megapixels, and the limit is 24.",
        ),
        (
            lambda: say_size(save(field(64, 64), "HEIF"), 9000, 9000),
            "This image has 81 megapixels, and the limit is 52.",
        ),
        (
            lambda: say_size(save(field(), "AVIF"), 7000, 7000),
            "This image has 49 megapixels, and the limit is 40.",
        ),
        (lambda: say_size(save(field(64, 64), "HEIF"), 5000, 5000), DAMAGED),
        (
            lambda: re.sub(b"(?s)(?<=mdat).*", b"\xff" * 900, save(field(), "AVIF")),
            DAMAGED,
        ),
        (lambda: say_size(save(field(), "AVIF"), 65_535, 65_535), DAMAGED),
    ],
)
def test_a_bomb_is_refused_before_it_is_decoded(make, sentence):
    assert sentence in refusal(make())


def test_a_frame_beyond_its_image_is_refused():
    assert DAMAGED in refusal(far_frame())


def test_a_file_that_says_two_sizes_is_refused(monkeypatch):
    said = process.FileLayout(end=0, size=(60, 41))
    monkeypatch.setattr(process, "read_layout", lambda data, extension: said)
    assert DAMAGED in refusal(save(field(60, 40), "PNG"))


def test_a_jpeg_of_many_scans_is_refused():
    content = save(field(600, 400), "JPEG", progressive=True)
    scan = content[content.rindex(b"\xff\xda") : -2]
    assert DAMAGED in refusal(content[:-2] + scan * 40 + b"\xff\xd9")


def test_a_large_jpeg_of_several_scans_is_refused(monkeypatch):
    monkeypatch.setattr(process, "MAX_SAMPLES_IN_SCANS", 4_000_000)
    image = field(1300, 900)
    assert kept(save(image, "JPEG"))
    assert kept(save(image, "JPEG", progressive=True))
    image = image.convert("CMYK")
    assert kept(save(image, "JPEG"))
    assert "the limit is 1." in refusal(save(image, "JPEG", progressive=True))


def test_a_large_jpeg_has_fewer_scans(monkeypatch):
    monkeypatch.setattr(process, "MAX_PIXELS_OF_SCANS", 6_000_000)
    assert kept(save(field(600, 900), "JPEG", progressive=True))
    assert DAMAGED in refusal(save(field(1300, 900), "JPEG", progressive=True))


@pytest.mark.parametrize(
    ("format", "size"),
    [
        ("JPEG", (8160, 6144)),
        ("JPEG", (16_320, 12_240)),
        ("PNG", (8160, 6144)),
        ("PNG", (1440, 20_000)),
        ("WEBP", (4080, 3072)),
        ("WEBP", (1440, 16_383)),
        ("HEIF", (8064, 6048)),
        ("AVIF", (1440, 20_000)),
    ],
)
def test_every_size_that_phones_make_is_possible(format, size):
    extension = {"JPEG": "jpg", "HEIF": "heic"}.get(format, format.lower())
    process.check_pixels(*size, process.MAX_PIXELS[extension])


def test_a_photograph_of_fifty_megapixels_is_taken():
    assert kept(save(Image.new("L", (8160, 6144), 90), "JPEG")).size == (2000, 1506)


def test_a_large_photograph_comes_smaller_from_its_decoder(monkeypatch):
    monkeypatch.setattr(process, "MAX_AREA", 10_000)
    image = Image.radial_gradient("L").resize((500, 400))
    size, png = decoder_process.decode(save(image, "AVIF"), "avif", 10**6, 10_000)
    assert size == (500, 400)
    assert Image.open(io.BytesIO(png)).size == (125, 100)
    assert kept(save(image, "AVIF")).size == (112, 89)


@pytest.mark.parametrize("format", ["AVIF", "HEIF"])
@pytest.mark.parametrize(
    ("limit", "value"), [("MAX_MEMORY", 80_000_000), ("MAX_SECONDS", 0.001)]
)
def test_an_image_that_takes_too_much_to_decode_is_refused(
    monkeypatch, format, limit, value
):
    content = save(Image.new("RGB", (3000, 3000)), format)
    monkeypatch.setattr(decoder_process, limit, value)
    assert "takes too much time or memory" in refusal(content)


def test_a_decoder_that_crashes_ends_no_server(monkeypatch, tmp_path):
    crashing = tmp_path / "decoder.py"
    crashing.write_text("import os; os.abort()")
    monkeypatch.setattr(decoder_process, "DECODER", crashing)
    assert DAMAGED in refusal(save(field(), "AVIF"))


def test_without_its_decoder_a_heic_is_refused_with_what_to_do(monkeypatch):
    content = save(field(), "HEIF")
    monkeypatch.setattr(decoder_process, "can_read_heic", lambda: False)
    assert "Save it as a JPEG, or" in refusal(content)
    assert kept(save(field(), "AVIF"))


@pytest.mark.parametrize("format", ["GIF", "PNG", "WEBP"])
def test_a_long_animation_is_refused(format, monkeypatch):
    first, *others = frames(4)
    content = save(first, format, save_all=True, append_images=others)
    monkeypatch.setattr(process, "MAX_FRAMES", 3)
    assert "This animation has 4 frames" in refusal(content)
    monkeypatch.undo()
    monkeypatch.setitem(process.MAX_PIXELS_IN_FRAMES, format.lower(), 9000)
    assert "Upload a smaller or shorter version." in refusal(content)


@pytest.mark.parametrize(
    "content",
    [
        save(field(), "JPEG") + b"PK\3\4",
        save(field(), "PNG") + b"PK\3\4",
        save(field(), "GIF") + b"<html>",
        save(field(), "WEBP") + b"%PDF-1.4",
        save(field(), "AVIF") + SCRIPT,
        save(field(), "AVIF") + b"PK\3\4...PK\5\6" + b"\0" * 18,
        save(field(), "JPEG") + SCRIPT,
        save(field(), "JPEG") * 2 + b"PK\3\4...PK\5\6" + b"\0" * 18,
        jpeg_with(segment(0xFE, SCRIPT)),
        jpeg_with(segment(0xFE, b"<?php phpinfo();")),
        jpeg_with(segment(0xE1, b"%PDF-1.4")),
        png(9, 9, extra=chunk(b"tEXt", b"k\0<!DOCTYPE html>")),
        png(9, 9, extra=chunk(b"tEXt", b"k\0<HTML>")),
        save(field(), "GIF", comment=SCRIPT),
    ],
)
def test_a_file_that_is_something_else_too_is_refused(content):
    assert FOREIGN in refusal(content)


@pytest.mark.parametrize("content", [b"GIF89a/*", b"GIF89a=1;alert(1)"])
def test_a_script_that_begins_as_an_image_is_refused(content):
    assert refusal(content + b"\0" * 900 + b"*/=1;alert(1)")


def test_nothing_but_a_sentence_comes_of_a_hostile_file():
    """The same mutations in each run."""
    dice = random.Random(1)
    first, *others = frames()
    files = [
        *(save(field(), format) for format in ("JPEG", "PNG", "WEBP", "GIF")),
        save(field(), "JPEG", progressive=True),
        save(field(mode="P"), "PNG"),
        save(field(mode="RGBA"), "WEBP", lossless=True),
        save(first, "GIF", save_all=True, append_images=others),
        save(first, "WEBP", save_all=True, append_images=others),
    ]

    for _ in range(900):
        content = bytearray(dice.choice(files))

        for _ in range(dice.randint(1, 4)):
            place = dice.randrange(len(content))
            kind = dice.random()

            if kind < 0.6:
                content[place] = dice.randrange(256)
            elif kind < 0.8:
                del content[place : place + dice.randint(1, 20)]
            else:
                content[place:place] = dice.choice(files)[: dice.randint(1, 40)]

            if not content:
                break

        try:
            assert read(io.BytesIO(bytes(content))).files
        except BadImage as e:
            assert str(e)
