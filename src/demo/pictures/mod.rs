//! Draws the photos of the demo: small landscapes in SVG.
//!
//! Pure: a name is always the same picture. The scenes are put together from what `pen` and `things` can draw.

mod pen;
mod things;

use pen::Pen;

/// The drawing of this file name ("coast-lighthouse-keys-0.svg"); None where the name begins with no known scene.
pub(super) fn draw(file: &str) -> Option<String> {
    let name = file.strip_suffix(".svg")?;
    let (scene, _) = name.split_once('-')?;
    let (_, scene) = SCENES.iter().find(|(known, _)| *known == scene)?;
    let mut pen = Pen::seeded(name);
    scene(&mut pen);
    Some(pen.finish())
}

pub(super) const MEDIA_TYPE: &str = "image/svg+xml";

type Scene = fn(&mut Pen);

const SCENES: [(&str, Scene); 15] = [
    ("coast", coast),
    ("lighthouse", lighthouse),
    ("harbor", harbor),
    ("mountain", mountain),
    ("snow", snow),
    ("field", field),
    ("forest", forest),
    ("city", city),
    ("night", night),
    ("observatory", observatory),
    ("river", river),
    ("desert", desert),
    ("garden", garden),
    ("rail", rail),
    ("festival", festival),
];

/// Sky at the top, sky at the horizon, sun.
type Sky = [&'static str; 3];
const MORNING: Sky = ["#8fb8de", "#fde2c4", "#fff4d6"];
const NOON: Sky = ["#4f9bd0", "#cfe8f5", "#fffbe6"];
const EVENING: Sky = ["#41518f", "#f4a36c", "#ffe0a3"];
const ROSE: Sky = ["#6d5a9c", "#f6b7a6", "#fff0d0"];
const HAZE: Sky = ["#a9c3c9", "#eef1e6", "#ffffff"];
const DUSK: Sky = ["#141b41", "#5b4b8a", "#f2e9c9"];
const NIGHT: Sky = ["#0b1030", "#27376b", "#f4f1dc"];
const DAYS: [Sky; 5] = [MORNING, NOON, EVENING, ROSE, HAZE];

fn sky_by_day(pen: &mut Pen) {
    let sky = pen.pick(&DAYS);
    pen.sky(sky);
    pen.clouds(3);
}

fn coast(pen: &mut Pen) {
    sky_by_day(pen);
    pen.ridge(430, 30, "#8aa6b5");
    let water = pen.pick(&[["#3f7fa6", "#1f4f73"], ["#4fa3a5", "#1f6073"], ["#6c8fb0", "#34527a"]]);
    pen.sea(460, water);
    pen.islands(3, 490);
    pen.boats(3, 520);
}

fn lighthouse(pen: &mut Pen) {
    sky_by_day(pen);
    pen.ridge(430, 30, "#8aa6b5");
    pen.sea(460, ["#3f7fa6", "#1f4f73"]);
    pen.boats(3, 520);
    pen.headland("#4c6b4f");
    pen.lighthouse();
}

fn harbor(pen: &mut Pen) {
    sky_by_day(pen);
    pen.ridge(380, 60, "#9fb3b8");
    pen.houses(430, 12, &["#d9825b", "#e7c27d", "#b9574e", "#8fa7a0", "#f1e3c6"]);
    pen.sea(560, ["#4a86a0", "#244f6b"]);
    pen.boats(6, 600);
}

fn mountain(pen: &mut Pen) {
    sky_by_day(pen);
    pen.peaks(300, "#8d9db8", true);
    pen.peaks(430, "#5f7391", false);
    let meadow = pen.pick(&["#4d6a52", "#7a7f4a", "#8a6f4d"]);
    pen.ridge(610, 40, meadow);
    pen.conifers(9, 680, "#2f4a3d");
    pen.ridge(700, 30, "#375040");
}

fn snow(pen: &mut Pen) {
    let sky = pen.pick(&[HAZE, MORNING, DUSK]);
    pen.sky(sky);
    pen.peaks(300, "#a7b8cc", true);
    pen.ridge(540, 50, "#dfe8ef");
    pen.conifers(14, 600, "#4f6b6a");
    pen.ridge(660, 30, "#f7fafc");
    pen.dots(140, 0, 800, &["#ffffff"], 5);
}

fn field(pen: &mut Pen) {
    sky_by_day(pen);
    let [far, near, furrow] = pen.pick(&[
        ["#9cb38a", "#c9b458", "#b58f3c"],
        ["#8fa98c", "#86ad5f", "#5f8a45"],
        ["#a9a58c", "#b98a62", "#8f6244"],
    ]);
    pen.ridge(430, 50, far);
    pen.ridge(500, 40, near);
    pen.furrows(560, furrow);
    pen.round_trees(5, 520, &["#5b7a45", "#6f8f4f"]);
}

fn forest(pen: &mut Pen) {
    sky_by_day(pen);
    let [far, middle, near] = pen.pick(&[
        ["#93ad9d", "#4f7560", "#27443a"],
        ["#b7a98a", "#8a6a3f", "#4a3a28"],
        ["#9db3c0", "#557a8a", "#263f4d"],
    ]);
    pen.ridge(400, 60, far);
    pen.conifers(22, 520, middle);
    pen.ridge(560, 40, middle);
    pen.conifers(16, 660, near);
    pen.ridge(700, 30, near);
}

fn city(pen: &mut Pen) {
    let sky = pen.pick(&[EVENING, DUSK, ROSE]);
    pen.sky(sky);
    pen.towers(14, 620, "#5a5f86", "#8289ad");
    pen.towers(11, 700, "#343a5e", "#ffd98a");
    pen.sea(700, ["#3a4a72", "#1d2745"]);
}

fn night(pen: &mut Pen) {
    starry_hills(pen);
    pen.conifers(18, 700, "#0a1028");
}

fn observatory(pen: &mut Pen) {
    starry_hills(pen);
    pen.dome();
}

fn starry_hills(pen: &mut Pen) {
    pen.sky(NIGHT);
    pen.dots(220, 0, 560, &["#ffffff", "#ffe9c4", "#cfdcff"], 3);
    pen.peaks(520, "#1c2850", false);
    pen.ridge(640, 40, "#111a38");
}

fn river(pen: &mut Pen) {
    sky_by_day(pen);
    pen.ridge(400, 60, "#9db59f");
    pen.ridge(470, 40, "#7c9c76");
    let meadow = pen.pick(&["#88a868", "#a8a45f", "#7d9f7a"]);
    pen.ground(500, meadow);
    pen.stream(["#7fb4c9", "#4b87a6"]);
    if pen.tosses() {
        pen.arches(520, 5, "#b7a68c");
    }
    pen.round_trees(6, 640, &["#4f7346", "#64894f"]);
}

fn desert(pen: &mut Pen) {
    let sky = pen.pick(&[MORNING, EVENING, ROSE, NOON]);
    pen.sky(sky);
    pen.ridge(480, 60, "#e2b07a");
    pen.ridge(570, 70, "#d39657");
    pen.palms(6, 620, "#4b6b3f");
    pen.ridge(690, 50, "#b97a40");
}

fn garden(pen: &mut Pen) {
    sky_by_day(pen);
    pen.ridge(420, 40, "#a9c294");
    pen.ground(500, "#7fa65f");
    pen.round_trees(9, 560, &["#4f7d46", "#6a9a55", "#8ab567", "#e3a6b5"]);
    pen.dots(160, 600, 800, &["#f2d14e", "#e86a6a", "#f7f3ea", "#b98ad6"], 9);
}

fn rail(pen: &mut Pen) {
    sky_by_day(pen);
    pen.ridge(420, 70, "#93a98f");
    pen.arches(500, 7, "#a58e76");
    pen.train(500);
    pen.ridge(680, 40, "#67845a");
}

fn festival(pen: &mut Pen) {
    let sky = pen.pick(&[DUSK, NIGHT, EVENING]);
    pen.sky(sky);
    pen.ridge(430, 40, "#232453");
    pen.sea(480, ["#3c3a78", "#15173a"]);
    pen.glows(70);
}

#[cfg(test)]
mod tests {
    use quick_xml::{Reader, events::Event};

    use super::*;

    #[test]
    fn every_scene_is_well_formed_and_stays_the_same() {
        for (scene, _) in SCENES {
            let file = format!("{scene}-any-0.svg");
            let drawing = draw(&file).unwrap();
            let mut reader = Reader::from_str(&drawing);
            while !matches!(reader.read_event().unwrap(), Event::Eof) {}
            assert_eq!(draw(&file).unwrap(), drawing);
            assert!(drawing.len() < 60_000, "{scene}: {} bytes", drawing.len());
        }
    }

    #[test]
    fn an_unknown_scene_is_no_picture() {
        assert!(draw("volcano-any-0.svg").is_none() && draw("coast.png").is_none());
    }
}
