//! What the pictures are drawn with: a canvas of 1200 by 800, a seeded dice, shapes, and the lie of the land.

use super::Sky;
use crate::digest::digest;

pub(super) struct Pen {
    svg: String,
    dice: u64,
}

pub(super) const WIDTH: i32 = 1200;
pub(super) const HEIGHT: i32 = 800;

impl Pen {
    pub(super) fn seeded(name: &str) -> Self {
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" height=\"{HEIGHT}\">\n"
        );
        let mut pen = Pen { svg, dice: digest(name.as_bytes()) };
        let group = if pen.tosses() { "<g>" } else { "<g transform=\"matrix(-1 0 0 1 1200 0)\">" };
        pen.add(group);
        pen
    }

    pub(super) fn finish(self) -> String {
        self.svg + "</g></svg>\n"
    }

    /// From `low` up to, not including, `high` (SplitMix64).
    pub(super) fn roll(&mut self, low: i32, high: i32) -> i32 {
        self.dice = self.dice.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.dice ^ (self.dice >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let span = u64::from(high.abs_diff(low).max(1));
        low + i32::try_from((mixed ^ (mixed >> 31)) % span).unwrap_or(0)
    }

    /// Heads or tails.
    pub(super) fn tosses(&mut self) -> bool {
        self.roll(0, 2) == 0
    }

    pub(super) fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.roll(0, i32::try_from(choices.len()).unwrap_or(1)).unsigned_abs() as usize]
    }

    pub(super) fn add(&mut self, shape: &str) {
        self.svg.push_str(shape);
        self.svg.push('\n');
    }

    pub(super) fn rect(&mut self, [x, y, width, height]: [i32; 4], fill: &str) {
        self.add(&format!("<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"{fill}\"/>"));
    }

    pub(super) fn circle(&mut self, [x, y, radius]: [i32; 3], fill: &str, opacity: &str) {
        self.add(&format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" fill=\"{fill}\" opacity=\"{opacity}\"/>"));
    }

    pub(super) fn path(&mut self, path: &str, fill: &str) {
        self.add(&format!("<path d=\"{path}\" fill=\"{fill}\"/>"));
    }

    pub(super) fn veil(&mut self, path: &str, fill: &str, opacity: &str) {
        self.add(&format!("<path d=\"{path}\" fill=\"{fill}\" opacity=\"{opacity}\"/>"));
    }

    fn gradient(&mut self, id: &str, [from, to]: [&str; 2]) {
        self.add(&format!(
            "<linearGradient id=\"{id}\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"1\"><stop offset=\"0\" stop-color=\"{from}\"/>\
             <stop offset=\"1\" stop-color=\"{to}\"/></linearGradient>"
        ));
    }

    pub(super) fn sky(&mut self, [top, horizon, sun]: Sky) {
        self.gradient("sky", [top, horizon]);
        self.rect([0, 0, WIDTH, HEIGHT], "url(#sky)");
        let [x, y, radius] = [self.roll(200, 1000), self.roll(110, 320), self.roll(40, 75)];
        self.circle([x, y, radius * 3], sun, ".18");
        self.circle([x, y, radius * 2], sun, ".25");
        self.circle([x, y, radius], sun, "1");
    }

    pub(super) fn clouds(&mut self, count: i32) {
        for _ in 0..count {
            let [x, y, size] = [self.roll(0, WIDTH), self.roll(60, 280), self.roll(60, 150)];
            for part in -1..2 {
                let [cx, rx, ry] = [x + part * size * 3 / 4, size, size / 6 + 4 * (1 - part.abs())];
                self.add(&format!(
                    "<ellipse cx=\"{cx}\" cy=\"{y}\" rx=\"{rx}\" ry=\"{ry}\" fill=\"#fff\" opacity=\".35\"/>"
                ));
            }
        }
    }

    /// Rolling hills from edge to edge, down to the bottom.
    pub(super) fn ridge(&mut self, y: i32, height: i32, fill: &str) {
        let mut path = format!("M0 {HEIGHT}L0 {y}");
        let mut x = 0;
        while x < WIDTH {
            let step = self.roll(160, 320);
            let [top, end] = [y - self.roll(0, 2 * height), y - self.roll(0, height)];
            path += &format!("Q{} {top} {} {end}", x + step / 2, x + step);
            x += step;
        }
        self.path(&format!("{path}L{x} {HEIGHT}Z"), fill);
    }

    pub(super) fn ground(&mut self, y: i32, fill: &str) {
        self.rect([0, y, WIDTH, HEIGHT - y], fill);
    }

    /// Mountains, with snow on the tops where asked.
    pub(super) fn peaks(&mut self, y: i32, fill: &str, white: bool) {
        let mut x = -100;
        while x < WIDTH {
            let [half, top] = [self.roll(140, 260), y - self.roll(0, 170)];
            let foot = HEIGHT.min(y + 210); // behind what comes below
            self.path(&format!("M{} {foot}L{} {top}L{} {foot}Z", x - half, x, x + half), fill);
            self.veil(&format!("M{x} {top}L{} {foot}L{} {foot}Z", x + half, x + half / 4), "#000", ".1");
            if white {
                let [drop, side] = [half / 2, half / 4];
                let [left, right, low] = [x - side, x + side, top + drop];
                let cap = format!(
                    "M{x} {top}L{left} {low}L{} {}L{x} {low}L{} {}L{right} {low}Z",
                    x - side / 2,
                    low - 22,
                    x + side / 2,
                    low - 18
                );
                self.path(&cap, "#f6f9fc");
            }
            x += self.roll(130, 240);
        }
        self.rect([0, y + 200, WIDTH, HEIGHT - y - 200], fill);
    }

    pub(super) fn sea(&mut self, y: i32, colors: [&str; 2]) {
        self.gradient("sea", colors);
        self.rect([0, y, WIDTH, HEIGHT - y], "url(#sea)");
        for _ in 0..46 {
            let wave_y = self.roll(y + 8, HEIGHT);
            let length = 20 + (wave_y - y) / 3 + self.roll(0, 40);
            let x = self.roll(-40, WIDTH);
            self.add(&format!("<rect x=\"{x}\" y=\"{wave_y}\" width=\"{length}\" height=\"3\" rx=\"1.5\" fill=\"#fff\" opacity=\".22\"/>"));
        }
    }

    pub(super) fn headland(&mut self, fill: &str) {
        let [top, reach] = [self.roll(430, 480), self.roll(420, 560)];
        self.path(
            &format!(
                "M{WIDTH} {HEIGHT}V{}C{} {top} {} {top} {} {}L{} {HEIGHT}Z",
                top - 40,
                1050,
                900,
                WIDTH - reach,
                640,
                WIDTH - reach - 40
            ),
            fill,
        );
        self.veil(
            &format!("M{WIDTH} {HEIGHT}V{}C{} {} {} {} {} {HEIGHT}Z", top + 90, 1080, top + 120, 980, top + 160, 820),
            "#000",
            ".12",
        );
    }

    pub(super) fn furrows(&mut self, y: i32, fill: &str) {
        let vanish = self.roll(300, 900);
        for line in -14..15 {
            let [near, far] = [vanish + line * 150, vanish + line * 24];
            self.path(&format!("M{far} {y}L{near} {HEIGHT}H{}L{} {y}Z", near + 44, far + 5), fill);
        }
    }

    pub(super) fn stream(&mut self, colors: [&str; 2]) {
        self.gradient("stream", colors);
        let [from, to] = [self.roll(480, 720), self.roll(200, 700)];
        self.path(
            &format!(
                "M{from} 500C{} 570 {} 600 {to} {HEIGHT}H{}C{} 600 {} 570 {} 500Z",
                from + 160,
                to - 160,
                to + 330,
                to + 130,
                from + 230,
                from + 30
            ),
            "url(#stream)",
        );
    }

    pub(super) fn dots(&mut self, count: i32, top: i32, bottom: i32, colors: &[&'static str], size: i32) {
        for _ in 0..count {
            let [x, y, radius] = [self.roll(0, WIDTH), self.roll(top, bottom), self.roll(1, size)];
            let color = self.pick(colors);
            self.circle([x, y, radius], color, ".9");
        }
    }
}
