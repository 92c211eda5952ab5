use std::io::BufRead;
fn main(){ for l in std::io::stdin().lock().lines(){ let l=l.unwrap(); let r=headlined::dates::read(&l,&Default::default()); println!("{:<50} {}",l,r.map(|s|jiff::Timestamp::from_second(s).unwrap().to_string()).unwrap_or("-".into())); } }
