//! What HTML calls characters.

use markup5ever::data::{C1_REPLACEMENTS, NAMED_ENTITIES};

/// The characters of this name (without `&` and `;`).
pub fn named(name: &str) -> Option<String> {
    let (first, second) = NAMED_ENTITIES.get(format!("{name};").as_str())?;
    Some([*first, *second].into_iter().filter(|&number| number != 0).filter_map(char::from_u32).collect())
}

/// The numbers 128 to 159 mean the characters of windows-1252 wherever they are used.
pub fn windows_1252(number: u32) -> Option<char> {
    number.checked_sub(0x80).and_then(|index| C1_REPLACEMENTS.get(index as usize).copied().flatten())
}
