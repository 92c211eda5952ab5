//! Place and numbers of a story, which change each time the script is told again.
//!
//! Pure. So the demo never runs out of news, and what is told again is no copy of its first telling: another place,
//! and no number in common.

use super::script::Story;

/// Where later rounds take place.
const PLACES_EN: &str = "Quillmouth, Brannoch, Aldermere, Pellworth, Low Firren, Ashquay, Marrow Bay, Greywater, Norvane, \
    Windlow, Hollin Pass, Nordhythe, Cindermoor, Dunmarrow, Oddbridge, Port Ellery, Kestrel Point, \
    Ondry, Tarnholm, Velmora, Saltry, Merrowdale, Farrowick";
const PLACES_FR: &str = "Sorvenne, Ombreval, Port-Lavoine, Sainte-Orge, Valmorane-les-Eaux, Montréole-sur-Ambre, \
    Clairbois-le-Haut, Vaucendre, Rochelune, Aigueverte, Mireloup";
const PLACES_AR: &str = "تلمارة, واحة النخيل, وادي السرو, سهل الريحان, ملّاحة الغروب, واحة الزيزفون, مرفأ اللؤلؤ الصغير, \
    عين الحمام البيضاء, قلعة الياسمين, رأس المرجان الأزرق, تل العنبر";

/// The story's place in this round.
pub(super) fn place(story: &Story, round: usize) -> &'static str {
    if round == 0 {
        return story.place;
    }
    let places = match story.outlets[0].language {
        "fr" => PLACES_FR,
        "ar" => PLACES_AR,
        _ => PLACES_EN,
    };
    let others: Vec<&str> = places.split(", ").filter(|place| *place != story.place).collect();
    others[(story.slug.len() * 5 + round) % others.len()]
}

/// Puts place and numbers into their slots. A number differs in each of nine successive rounds, and the place with
/// it, so that a text that is told again is no copy of its first telling.
pub(super) fn fill(template: &str, story: &Story, round: usize) -> String {
    let mut filled = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some((before, (slot, after))) =
        rest.split_once('{').and_then(|(before, tail)| Some((before, tail.split_once('}')?)))
    {
        filled.push_str(before);
        match slot.parse::<usize>() {
            Ok(number) => filled.push_str(&grouped(told_again(number, round), story.outlets[0].language)),
            Err(_) => push_place(&mut filled, place(story, round)),
        }
        rest = after;
    }
    filled + rest
}

/// French elides before a vowel: "le pont d'Ombreval".
fn push_place(text: &mut String, place: &str) {
    if (text == "De " || text.ends_with(" de ")) && place.starts_with(['A', 'O']) {
        text.truncate(text.len() - 2);
        text.push('\'');
    }
    text.push_str(place);
}

fn told_again(number: usize, round: usize) -> usize {
    // Small numbers stay small: nobody walks thirty hours for water.
    let rounds = if number < 10 { round % 4 } else { round % 9 };
    number + rounds * (number / 10).max(3)
}

/// Thousands apart, as the language writes them: 10400 is "10,400", "10\u{a0}400" in French.
fn grouped(number: usize, language: &str) -> String {
    let separator = if language == "fr" { '\u{a0}' } else { ',' };
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(separator);
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::outlets::Outlet;

    #[test]
    fn slots_take_place_and_number() {
        let story = Story { outlets: vec![Outlet::named("fanal").unwrap()], place: "Sorvenne", ..Story::default() };
        assert_eq!(fill("À {place}, {10400} fois {7} {", &story, 0), "À Sorvenne, 10\u{a0}400 fois 7 {");
        let story = Story { place: "Ombreval", ..story };
        assert_eq!(fill("Le pont de {place}", &story, 0), "Le pont d'Ombreval");
        assert_ne!(fill("{7}", &story, 0), fill("{7}", &story, 1));
    }
}
