//! What stands in the landscapes: boats, houses, trees, bridges, lanterns.

use super::pen::{HEIGHT, Pen, WIDTH};

impl Pen {
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

    pub(super) fn islands(&mut self, count: i32, y: i32) {
        for _ in 0..count {
            let [x, half, height, foot] =
                [self.roll(100, 1100), self.roll(70, 190), self.roll(50, 130), y + self.roll(0, 60)];
            let rock = self.pick(&["#5c7a66", "#6f7f6a", "#4c6b6b"]);
            self.path(&format!("M{} {foot}Q{x} {} {} {foot}Z", x - half, foot - height, x + half), rock);
            self.veil(
                &format!("M{x} {foot}Q{} {} {} {foot}Z", x + half / 3, foot - height / 2, x + half),
                "#000",
                ".12",
            );
        }
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
