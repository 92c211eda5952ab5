//! What the pictures are drawn with: a canvas of 1200 by 800, a seeded dice, and shapes.

use super::Sky;

pub(super) struct Pen {
    svg: String,
    dice: u64,
}

const WIDTH: i32 = 1200;
const HEIGHT: i32 = 800;

impl Pen {
    pub(super) fn seeded(name: &str) -> Self {
        // FNV-1a: small, and the same on every machine.
        let seed = name
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" height=\"{HEIGHT}\">\n"
        );
        Pen { svg, dice: seed }
    }

    pub(super) fn finish(self) -> String {
        self.svg + "</svg>\n"
    }

    /// From `low` up to, not including, `high` (SplitMix64).
    fn roll(&mut self, low: i32, high: i32) -> i32 {
        self.dice = self.dice.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.dice ^ (self.dice >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let span = u64::from(high.abs_diff(low).max(1));
        low + i32::try_from((mixed ^ (mixed >> 31)) % span).unwrap_or(0)
    }

    pub(super) fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.roll(0, i32::try_from(choices.len()).unwrap_or(1)).unsigned_abs() as usize]
    }

    fn add(&mut self, shape: &str) {
        self.svg.push_str(shape);
        self.svg.push('\n');
    }

    fn rect(&mut self, [x, y, width, height]: [i32; 4], fill: &str) {
        self.add(&format!("<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"{fill}\"/>"));
    }

    fn circle(&mut self, [x, y, radius]: [i32; 3], fill: &str, opacity: &str) {
        self.add(&format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" fill=\"{fill}\" opacity=\"{opacity}\"/>"));
    }

    fn path(&mut self, path: &str, fill: &str) {
        self.add(&format!("<path d=\"{path}\" fill=\"{fill}\"/>"));
    }

    fn veil(&mut self, path: &str, fill: &str, opacity: &str) {
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
            let foot = HEIGHT.min(top + half * 2);
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

    pub(super) fn boats(&mut self, count: i32, y: i32) {
        for _ in 0..count {
            let [x, size] = [self.roll(80, 1000), self.roll(30, 70)];
            let base = y + size + self.roll(0, 60);
            let sail = self.pick(&["#fff8ea", "#e9704f", "#f1c453", "#f5f1e8"]);
            self.path(&format!("M{x} {base}h{}l{} {}h{}Z", size * 2, -size / 3, size / 3, -size * 4 / 3), "#5b3a2e");
            self.path(&format!("M{} {}v{}l{} {}Z", x + size, base - 6, -size * 2, size, size * 2 - 8), sail);
            self.path(
                &format!("M{} {}v{}l{} {}Z", x + size - 8, base - 6, -size * 3 / 2, -size / 2, size * 3 / 2 - 4),
                "#fdf6e6",
            );
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

    pub(super) fn lighthouse(&mut self) {
        let x = self.roll(980, 1060);
        self.path(&format!("M{} 500L{} 250H{}L{} 500Z", x - 34, x - 20, x + 20, x + 34), "#faf5ea");
        for band in [300, 380, 460] {
            self.rect([x - 30, band, 60, 30], "#c8473d");
        }
        self.rect([x - 16, 215, 32, 36], "#ffe9a0");
        self.path(&format!("M{} 216L{x} 180L{} 216Z", x - 24, x + 24), "#8d2f2a");
        self.veil(&format!("M{} 232L{} 130V320Z", x - 18, x - 620), "#fff3b0", ".16");
    }

    pub(super) fn houses(&mut self, y: i32, count: i32, colors: &[&'static str]) {
        let width = WIDTH / count;
        for nth in 0..count {
            let [x, top] = [nth * width, y + self.roll(-50, 40)];
            let wall = self.pick(colors);
            self.rect([x, top, width, HEIGHT - top], wall);
            self.path(&format!("M{} {top}L{} {}L{} {top}Z", x - 4, x + width / 2, top - 48, x + width + 4), "#7a4a3c");
            for (column, row) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
                self.rect([x + 18 + column * 40, top + 22 + row * 50, 20, 28], "#3d4b5c");
            }
        }
    }

    pub(super) fn towers(&mut self, count: i32, y: i32, wall: &str, light: &str) {
        for nth in 0..count {
            let width = self.roll(70, 130);
            let [x, height] = [nth * WIDTH / count - 20, self.roll(110, 360)];
            self.rect([x, y - height, width, HEIGHT - y + height], wall);
            for _ in 0..height / 14 {
                let [column, row] = [self.roll(0, width / 18), self.roll(0, height / 26)];
                self.rect([x + 8 + column * 17, y - height + 12 + row * 26, 8, 12], light);
            }
        }
    }

    pub(super) fn conifers(&mut self, count: i32, y: i32, fill: &str) {
        for _ in 0..count {
            let [x, height, foot] = [self.roll(-10, WIDTH), self.roll(90, 190), y + self.roll(0, 60)];
            for part in 0..3 {
                let [top, half] = [foot - height + part * height / 4, height / 7 + part * height / 12];
                self.path(
                    &format!("M{} {}L{x} {top}L{} {}Z", x - half, top + height / 2, x + half, top + height / 2),
                    fill,
                );
            }
        }
    }

    pub(super) fn round_trees(&mut self, count: i32, y: i32, colors: &[&'static str]) {
        for _ in 0..count {
            let [x, foot, size] = [self.roll(30, 1170), y + self.roll(0, 90), self.roll(34, 70)];
            let crown = self.pick(colors);
            self.rect([x - 5, foot - size, 10, size + 10], "#5a4634");
            self.circle([x, foot - size, size], crown, "1");
            self.circle([x - size / 3, foot - size - size / 4, size / 2], "#ffffff", ".12");
        }
    }

    pub(super) fn furrows(&mut self, y: i32, fill: &str) {
        let vanish = self.roll(300, 900);
        for line in -14..15 {
            let [near, far] = [vanish + line * 150, vanish + line * 24];
            self.path(&format!("M{far} {y}L{near} {HEIGHT}H{}L{} {y}Z", near + 44, far + 5), fill);
        }
    }

    pub(super) fn palms(&mut self, count: i32, y: i32, leaf: &str) {
        for _ in 0..count {
            let [x, foot, height] = [self.roll(80, 1120), y + self.roll(0, 60), self.roll(90, 170)];
            let top = foot - height;
            self.path(
                &format!(
                    "M{} {foot}Q{} {} {x} {top}h6Q{} {} {} {foot}Z",
                    x - 8,
                    x - 14,
                    foot - height / 2,
                    x - 4,
                    foot - height / 2,
                    x + 4
                ),
                "#7a5a3a",
            );
            for (dx, dy) in [(-60, 24), (-50, -14), (0, -40), (50, -14), (60, 24)] {
                self.path(
                    &format!(
                        "M{x} {top}Q{} {} {} {}Q{} {} {x} {top}Z",
                        x + dx / 2,
                        top + dy - 30,
                        x + dx,
                        top + dy,
                        x + dx / 2,
                        top + dy
                    ),
                    leaf,
                );
            }
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

    pub(super) fn arches(&mut self, y: i32, count: i32, stone: &str) {
        let span = WIDTH / count;
        self.rect([0, y, WIDTH, 26], stone);
        for nth in 0..count {
            let x = nth * span;
            self.path(&arch([x, y + 24], span), stone);
        }
    }

    pub(super) fn train(&mut self, y: i32) {
        let x = self.roll(120, 420);
        let paint = self.pick(&["#b5423c", "#2f6f73", "#d08a2e"]);
        for car in 0..4 {
            let at = x + car * 150;
            self.add(&format!(
                "<rect x=\"{at}\" y=\"{}\" width=\"142\" height=\"54\" rx=\"10\" fill=\"{paint}\"/>",
                y - 58
            ));
            for window in 0..4 {
                self.rect([at + 12 + window * 32, y - 46, 22, 18], "#fdf3d7");
            }
        }
    }

    pub(super) fn dome(&mut self) {
        let x = self.roll(250, 950);
        self.rect([x - 70, 560, 140, 90], "#dfe3ee");
        self.path(&format!("M{} 562A80 80 0 0 1 {} 562Z", x - 80, x + 80), "#f4f6fb");
        self.path(&format!("M{} 562L{} 484L{} 488L{} 562Z", x - 6, x + 14, x + 34, x + 18), "#27376b");
    }

    pub(super) fn dots(&mut self, count: i32, top: i32, bottom: i32, colors: &[&'static str], size: i32) {
        for _ in 0..count {
            let [x, y, radius] = [self.roll(0, WIDTH), self.roll(top, bottom), self.roll(1, size)];
            let color = self.pick(colors);
            self.circle([x, y, radius], color, ".9");
        }
    }

    /// Lanterns on the water, each with its light around it.
    pub(super) fn glows(&mut self, count: i32) {
        for _ in 0..count {
            let [x, y] = [self.roll(0, WIDTH), self.roll(490, 790)];
            let size = 4 + (y - 480) / 28;
            let color = self.pick(&["#ffcf6b", "#ffb347", "#ff9a5a", "#ffe3a1"]);
            self.circle([x, y, size * 3], color, ".14");
            self.circle([x, y, size], color, ".95");
        }
    }
}

/// Two half pillars and what is above the opening between them.
fn arch([x, y]: [i32; 2], span: i32) -> String {
    let [left, right, spring, foot, radius] = [x + 22, x + span - 22, y + 90, y + 230, span / 2 - 22];
    format!("M{x} {y}H{}V{foot}H{right}V{spring}A{radius} 70 0 0 0 {left} {spring}V{foot}H{x}Z", x + span)
}
