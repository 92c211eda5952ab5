//! Dates with words: RFC 822, asctime, and what publishers of many languages make of them.
//!
//! The text is cut into numbers, words and signs; time and zone are taken out, what remains must be a date.

use jiff::{
    civil::{Date, Time},
    tz::{Offset, TimeZone},
};

use super::{Printed, Zone, numeric::century, words};

#[derive(Debug, Clone, PartialEq)]
enum Token {
    /// Value and number of digits.
    Number(i64, usize),
    /// Lower case, without dots.
    Word(String),
    Sign(char),
}

pub(super) fn printed(text: &str) -> Option<Printed> {
    let mut tokens = cut(text)?;
    let named = named_zone(text);
    let time = take_time(&mut tokens)?;
    let zone = match (take_zone(&mut tokens, time.as_ref().map(|time| time.end))?, named) {
        (Zone::Unknown, Some(named)) => Zone::Named(named),
        (zone, _) => zone,
    };
    let date = date(&tokens)?;
    let (clock, next_day) = time.map_or((Time::midnight(), false), |time| (time.clock, time.next_day));
    let date = if next_day { date.tomorrow().ok()? } else { date };
    let local = date.to_datetime(clock);
    Some(Printed { local, zone })
}

/// What follows an ISO date.
pub(super) fn time_and_zone(text: &str) -> Option<(Time, Zone)> {
    let mut tokens = cut(text)?;
    let named = named_zone(text);
    let time = take_time(&mut tokens)??;
    let zone = take_zone(&mut tokens, Some(time.end))?;
    let zone = match (zone, named) {
        (Zone::Unknown, Some(named)) => Zone::Named(named),
        (zone, _) => zone,
    };
    let rest_is_empty = tokens.iter().all(|token| match token {
        Token::Word(word) => word.contains('/') || words::is_filler(word),
        Token::Sign(_) => true,
        Token::Number(..) => false,
    });
    rest_is_empty.then_some((time.clock, zone))
}

fn cut(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim();
    while let Some(first) = rest.chars().next() {
        if first.is_ascii_digit() {
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            if end > 12 {
                return None;
            }
            tokens.push(Token::Number(rest[..end].parse().ok()?, end));
            rest = &rest[end..];
            rest = without_ordinal(rest);
        } else if first.is_alphabetic() {
            let end = rest.find(|c: char| !c.is_alphabetic() && !matches!(c, '/' | '_')).unwrap_or(rest.len());
            // The dot of an abbreviation ("a.m.", "sept.") joins or ends a word.
            let word: String = rest[..end].to_lowercase();
            rest = &rest[end..];
            push_word(&mut tokens, word);
        } else {
            if !first.is_whitespace() {
                tokens.push(Token::Sign(first));
            }
            rest = &rest[first.len_utf8()..];
        }
    }
    Some(tokens)
}

/// "16th", "1er", "2nd".
fn without_ordinal(rest: &str) -> &str {
    for ending in ["st", "nd", "rd", "th", "er", "ème", "º", "ª"] {
        if let Some(after) = rest.strip_prefix(ending)
            && !after.starts_with(|c: char| c.is_alphanumeric())
        {
            return after;
        }
    }
    rest
}

/// Words of one letter around a dot are one word: "p.m." is "pm".
fn push_word(tokens: &mut Vec<Token>, word: String) {
    if word.chars().count() == 1
        && let [.., Token::Word(before), Token::Sign('.')] = tokens.as_mut_slice()
        && before.chars().count() == 1
    {
        before.push_str(&word);
        tokens.pop();
        return;
    }
    // "2004년05월": units of date and time stand for a separator.
    match word.as_str() {
        "년" | "월" | "年" | "月" => tokens.push(Token::Sign('-')),
        "일" | "日" => tokens.push(Token::Sign(' ')),
        "시" | "時" | "时" | "点" | "분" | "分" => tokens.push(Token::Sign(':')),
        "초" | "秒" => {}
        _ => tokens.push(Token::Word(word)),
    }
}

struct FoundTime {
    clock: Time,
    /// It was 24:00.
    next_day: bool,
    /// Where it stood: the tokens that follow it begin there.
    end: usize,
}

/// Takes `h:mm`, `h:mm:ss.fraction` and a half of the day out of the tokens. None if there is a time that cannot be.
#[expect(clippy::option_option, reason = "no time is not a wrong time")]
fn take_time(tokens: &mut Vec<Token>) -> Option<Option<FoundTime>> {
    let afternoon = take_half(tokens);
    let is_time = |window: &[Token]| {
        matches!(window, [Token::Number(_, 1 | 2), Token::Sign(':'), Token::Number(_, 1 | 2)])
            || matches!(window, [Token::Number(_, 1 | 2), Token::Word(hour), Token::Number(_, 2)] if hour == "h")
    };
    join_dotted_time(tokens);
    let Some(start) = tokens.windows(3).position(is_time) else { return Some(None) };
    let number = |at: usize| match tokens.get(at) {
        Some(Token::Number(value, _)) => Some(*value),
        _ => None,
    };
    let (mut hour, minute) = (number(start)?, number(start + 2)?);
    let mut end = start + 3;
    let mut second = 0;
    if tokens.get(end) == Some(&Token::Sign(':')) {
        match number(end + 1) {
            Some(value) => (second, end) = (value, end + 2),
            None => end += 1,
        }
        if matches!(tokens.get(end), Some(Token::Sign('.' | ',' | ':')))
            && number(end + 1).is_some()
            && !follows_date(tokens, end + 1)
        {
            end += 2;
        }
    }
    match afternoon {
        Some(true) if hour < 12 => hour += 12,
        Some(false) if hour == 12 => hour = 0,
        _ => {}
    }
    let next_day = hour == 24 && minute == 0;
    let hour = if next_day { 0 } else { hour };
    // A leap second is the second before it.
    let second = if second == 60 { 59 } else { second };
    let part = |value: i64| i8::try_from(value).ok();
    let clock = Time::new(part(hour)?, part(minute)?, part(second)?, 0).ok()?;
    tokens.drain(start..end);
    Some(Some(FoundTime { clock, next_day, end: start }))
}

/// Takes "am" or "pm", wherever it stands; whether it was the latter.
fn take_half(tokens: &mut Vec<Token>) -> Option<bool> {
    let half = |token: &Token| match token {
        Token::Word(word) => words::is_afternoon(word),
        _ => None,
    };
    let at = tokens.iter().position(|token| half(token).is_some())?;
    half(&tokens.remove(at))
}

/// "15.04.05" after a date that is complete without it.
fn join_dotted_time(tokens: &mut [Token]) {
    let is_dotted = |window: &[Token]| {
        matches!(
            window,
            [
                Token::Number(_, 4),
                Token::Number(_, 2),
                Token::Sign('.'),
                Token::Number(_, 2),
                Token::Sign('.'),
                Token::Number(_, 2)
            ]
        )
    };
    if let Some(at) = tokens.windows(6).position(is_dotted) {
        tokens[at + 2] = Token::Sign(':');
        tokens[at + 4] = Token::Sign(':');
    }
}

/// A comma after the time may as well begin the date: "16:04, 9 Apr 2018".
fn follows_date(tokens: &[Token], at: usize) -> bool {
    matches!(tokens.get(at + 1), Some(Token::Word(word)) if words::month(word).is_some() && words::zone(word).is_none())
}

/// Takes the zone that follows the time. None if what stands there can be no zone.
fn take_zone(tokens: &mut Vec<Token>, after: Option<usize>) -> Option<Zone> {
    let from = after.unwrap_or(tokens.len()).min(tokens.len());
    let mut zone = Zone::Unknown;
    let mut at = from;
    while at < tokens.len() {
        match (&tokens[at], tokens.get(at + 1)) {
            (Token::Sign(sign @ ('+' | '-' | '−')), Some(Token::Number(value, digits))) if is_offset(tokens, at) => {
                let (minutes, length) = offset_minutes(tokens, at + 2, *value, *digits)?;
                let minutes = if *sign == '+' { minutes } else { -minutes };
                zone = Zone::Fixed(offset(minutes)?);
                tokens.drain(at..at + 2 + length);
            }
            (Token::Sign('+'), Some(Token::Word(_))) => return None,
            (Token::Word(word), _) => {
                let fixed = words::zone(word).and_then(|minutes| offset(i64::from(minutes))).map(Zone::Fixed);
                // RFC 2822 §4.3: military zones were used in both senses, so they mean nothing.
                let military = at == from && word.len() == 1 && word.is_ascii() && word != "h" && word != "t";
                let fixed = fixed.or_else(|| military.then_some(Zone::Fixed(Offset::UTC)));
                let seasonal = words::seasonal(word).and_then(|name| TimeZone::get(name).ok()).map(Zone::Named);
                let Some(found) = fixed.or(seasonal).filter(|_| !is_month_or_day(tokens, at)) else {
                    at += 1;
                    continue;
                };
                if zone == Zone::Unknown {
                    zone = found;
                }
                tokens.remove(at);
            }
            _ => at += 1,
        }
    }
    if after.is_none() {
        zone = trailing_zone(tokens).unwrap_or(zone);
    }
    Some(zone)
}

/// "26 Sep 2022 GMT": a zone without a time.
fn trailing_zone(tokens: &mut Vec<Token>) -> Option<Zone> {
    let Some(Token::Word(word)) = tokens.last() else { return None };
    let minutes = words::zone(word).filter(|_| word.len() >= 2)?;
    tokens.pop();
    Some(Zone::Fixed(offset(i64::from(minutes))?))
}

fn is_month_or_day(tokens: &[Token], at: usize) -> bool {
    matches!(&tokens[at], Token::Word(word) if word.len() > 2 && words::zone(word).is_none() && words::month(word).is_some())
}

/// A sign with digits is an offset unless it stands between the numbers of a date.
fn is_offset(tokens: &[Token], at: usize) -> bool {
    let Some(Token::Number(_, digits)) = tokens.get(at + 1) else { return false };
    let date_follows = matches!(tokens.get(at + 2), Some(Token::Sign('-' | '/')));
    let stands_between = at > 0 && matches!(tokens.get(at - 1), Some(Token::Number(..))) && date_follows;
    !date_follows && !stands_between && matches!(digits, 1..=4)
}

/// The offset's minutes, and how many tokens after the first number belong to it.
fn offset_minutes(tokens: &[Token], next: usize, value: i64, digits: usize) -> Option<(i64, usize)> {
    if digits > 2 {
        return Some((value / 100 * 60 + value % 100, 0));
    }
    match (tokens.get(next), tokens.get(next + 1)) {
        (Some(Token::Sign(':')), Some(Token::Number(minutes, 1 | 2))) => Some((value * 60 + minutes, 2)),
        (Some(Token::Sign(':')), _) => None,
        _ => Some((value * 60, 0)),
    }
}

/// No zone is further from UTC than this.
const MAX_OFFSET_MINUTES: i64 = 18 * 60;

fn offset(minutes: i64) -> Option<Offset> {
    (minutes.abs() <= MAX_OFFSET_MINUTES).then(|| Offset::from_seconds(i32::try_from(minutes * 60).ok()?).ok())?
}

/// A zone of the IANA database, anywhere in the text.
fn named_zone(text: &str) -> Option<TimeZone> {
    let mut candidates = text.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']'));
    let name = candidates.find(|word| word.contains('/') && word.starts_with(|c: char| c.is_ascii_alphabetic()))?;
    TimeZone::get(name).ok()
}

/// What remains once time and zone are gone.
fn date(tokens: &[Token]) -> Option<Date> {
    let mut month = None;
    let mut weekday = None;
    let mut numbers: Vec<(i16, usize)> = Vec::new();
    let mut separator = ' ';
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Number(value, digits) => numbers.push((i16::try_from(*value).ok()?, *digits)),
            Token::Sign(sign) if numbers.len() == 1 && separator == ' ' => separator = *sign,
            Token::Sign(_) => {}
            Token::Word(word) if word.contains('/') || words::is_filler(word) => {}
            Token::Word(word) => match (words::day(word), words::month(word)) {
                (Some(day), _) if weekday.is_none() => weekday = Some(day),
                (_, Some(found)) if month.is_none() && !is_leading_day(tokens, at) => month = Some(found),
                // A day of the week in some language stands first.
                _ if at == 0 => {}
                _ => return None,
            },
        }
    }
    match month {
        Some(month) => with_month(&numbers, month),
        None => without_month(&numbers, separator, weekday),
    }
}

/// "mar. 3 mars", "mar, 10 avr": the first word is a day if another word names a month.
fn is_leading_day(tokens: &[Token], at: usize) -> bool {
    let is_month = |token: &Token| matches!(token, Token::Word(word) if words::month(word).is_some());
    at == 0 && tokens.iter().skip(1).any(is_month)
}

fn with_month(numbers: &[(i16, usize)], month: i8) -> Option<Date> {
    let (day, year) = match *numbers {
        [(year, 3..), (day, 1 | 2)] => (day, year),
        [(day, 1 | 2), (year, 3..)] => (day, year),
        [(day, 1 | 2), (year, 2)] => (day, century(year)),
        [(year, 4)] => (1, year),
        _ => return None,
    };
    Date::new(year, month, i8::try_from(day).ok()?).ok()
}

fn without_month(numbers: &[(i16, usize)], separator: char, weekday: Option<i8>) -> Option<Date> {
    let new =
        |year: i16, month: i16, day: i16| Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok();
    let [(a, a_digits), (b, _), (c, c_digits)] = *numbers else { return None };
    if a_digits >= 3 {
        return new(a, b, c);
    }
    let year = if c_digits <= 2 { century(c) } else { c };
    let (day_first, month_first) = (new(year, b, a), new(year, a, b));
    let falls_on =
        |date: &Option<Date>| weekday.is_some() && date.map(|date| date.weekday().to_monday_one_offset()) == weekday;
    match (day_first, month_first) {
        (Some(_), Some(_)) if falls_on(&day_first) => day_first,
        (Some(_), Some(_)) if falls_on(&month_first) => month_first,
        // Which comes first is only known by habit: slashes are American, all else is not.
        (Some(_), Some(_)) if separator == '/' => month_first,
        (day_first, month_first) => day_first.or(month_first),
    }
}
