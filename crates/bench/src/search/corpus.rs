//! A collection nobody wrote, with the properties that decide what a search costs: topics, and
//! words as unequal as in any language. The same seed gives the same collection.

use fastrand::Rng;

const SEED: u64 = 4_711;
pub(super) const DIMENSIONS: usize = 384;
/// Vectors of real text fill far fewer dimensions than they have.
const LATENT: usize = 48;
const TOPICS: usize = 500;
const VOCABULARY: usize = 50_000;
const TOPIC_WORDS: usize = 40;

pub(super) struct Corpus {
    pub chunks: Vec<Chunk>,
    /// Questions whose vectors are none of the chunks'.
    pub questions: Vec<Question>,
}

pub(super) struct Chunk {
    pub text: String,
    pub vector: Vec<f32>,
}

pub(super) struct Question {
    /// 3 to 8 words that stand in one chunk.
    pub text: String,
    pub vector: Vec<f32>,
    /// About a hundredth of the chunks, as the documents behind a filter would be.
    pub within: Vec<std::ops::Range<u32>>,
}

impl Corpus {
    pub(super) fn new(chunks: usize, questions: usize) -> Self {
        let mut random = Rng::with_seed(SEED);
        let topics = Topics::new(&mut random);
        let words = Words::new(&mut random);
        let mut by_topic: Vec<Vec<usize>> = vec![Vec::new(); TOPICS];
        let chunks: Vec<Chunk> = (0..chunks)
            .map(|number| {
                let topic = random.usize(..TOPICS);
                by_topic.get_mut(topic).into_iter().for_each(|of| of.push(number));
                let text = words.text(topic, &mut random);
                Chunk { text, vector: topics.vector(topic, &mut random) }
            })
            .collect();
        let questions = (0..questions)
            .map(|_| {
                let topic = random.usize(..TOPICS);
                let of_topic = by_topic.get(topic).and_then(|of| random.choice(of));
                let chunk = of_topic.and_then(|at| chunks.get(*at));
                let text = chunk.map(|chunk| some_words(&chunk.text, &mut random));
                let within = ranges(chunks.len(), &mut random);
                let vector = topics.vector(topic, &mut random);
                Question { text: text.unwrap_or_default(), vector, within }
            })
            .collect();
        Self { chunks, questions }
    }
}

fn some_words(text: &str, random: &mut Rng) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let count = random.usize(3..=8);
    let picked = (0..count).filter_map(|_| random.choice(&words).copied());
    picked.collect::<Vec<_>>().join(" ")
}

/// Runs of ten, a hundredth of all.
fn ranges(chunks: usize, random: &mut Rng) -> Vec<std::ops::Range<u32>> {
    let tens = u32::try_from(chunks / 10).unwrap_or(u32::MAX);
    let mut starts: Vec<u32> = (0..tens / 100).map(|_| random.u32(..tens) * 10).collect();
    starts.sort_unstable();
    starts.dedup();
    starts.into_iter().map(|start| start..start + 10).collect()
}

struct Topics {
    centres: Vec<Vec<f32>>,
    projection: Vec<Vec<f32>>,
}

impl Topics {
    fn new(random: &mut Rng) -> Self {
        let mut table = |rows: usize, columns: usize| -> Vec<Vec<f32>> {
            (0..rows).map(|_| (0..columns).map(|_| normal(random)).collect()).collect()
        };
        Self { centres: table(TOPICS, LATENT), projection: table(DIMENSIONS, LATENT) }
    }

    /// A unit vector near the topic's centre.
    fn vector(&self, topic: usize, random: &mut Rng) -> Vec<f32> {
        let centre = self.centres.get(topic).into_iter().flatten();
        let latent: Vec<f32> = centre.map(|value| value + 0.7 * normal(random)).collect();
        let project = |row: &Vec<f32>| row.iter().zip(&latent).map(|(a, b)| a * b).sum::<f32>();
        let values: Vec<f32> =
            self.projection.iter().map(|row| project(row) + 0.8 * normal(random)).collect();
        let length = values.iter().map(|value| value * value).sum::<f32>().sqrt();
        values.into_iter().map(|value| value / length).collect()
    }
}

/// Box and Muller's way to a normal distribution.
fn normal(random: &mut Rng) -> f32 {
    let radius = (-2.0 * (1.0 - random.f32()).ln()).sqrt();
    radius * (std::f32::consts::TAU * random.f32()).cos()
}

struct Words {
    spelled: Vec<String>,
    /// The share of the words up to each, by Zipf's law.
    upto: Vec<f64>,
    of_topic: Vec<Vec<usize>>,
}

impl Words {
    fn new(random: &mut Rng) -> Self {
        let spelled = (0..VOCABULARY).map(spell).collect();
        let mut sum = 0.0;
        let ranks = (1_u32..).take(VOCABULARY);
        let upto = ranks.map(|rank| {
            sum += 1.0 / f64::from(rank);
            sum
        });
        let upto = upto.collect();
        let mut topic = || (0..TOPIC_WORDS).map(|_| random.usize(200..VOCABULARY)).collect();
        Self { spelled, upto, of_topic: (0..TOPICS).map(|_| topic()).collect() }
    }

    /// 150 to 200 words, one in eight of the topic's own.
    fn text(&self, topic: usize, random: &mut Rng) -> String {
        let own = self.of_topic.get(topic).map(Vec::as_slice).unwrap_or_default();
        let count = random.usize(150..=200);
        let mut text = String::with_capacity(count * 8);
        for _ in 0..count {
            let from_topic = random.u8(..8) == 0;
            let word = if from_topic { random.choice(own).copied() } else { None };
            let word = word.unwrap_or_else(|| self.any(random));
            text.push_str(self.spelled.get(word).map_or("", String::as_str));
            text.push(' ');
        }
        text.pop();
        text
    }

    fn any(&self, random: &mut Rng) -> usize {
        let point = random.f64() * self.upto.last().copied().unwrap_or(1.0);
        self.upto.partition_point(|sum| *sum < point).min(VOCABULARY - 1)
    }
}

/// A pronounceable word for each number; it ends in a vowel that no stemmer takes away.
fn spell(number: usize) -> String {
    const ONSETS: [&str; 16] =
        ["b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "t", "v", "z", "br", "tr", "gl"];
    const VOWELS: [&str; 4] = ["a", "o", "u", "i"];
    let mut word = String::new();
    let mut rest = number + 64;
    while rest > 0 {
        word.push_str(ONSETS.get(rest % 16).copied().unwrap_or_default());
        word.push_str(VOWELS.get(rest / 16 % 4).copied().unwrap_or_default());
        rest /= 64;
    }
    word.push_str("nko");
    word
}
