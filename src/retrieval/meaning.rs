//! What texts mean, as directions in eight bits: a cosine is a product of whole numbers.
//!
//! Eight bits are a quarter of the memory and of the time, which is all reading of memory; a cosine is off by less than 0.005.

use crate::nlu::Vector;

/// The largest value of a quantised number.
const LARGEST: f32 = 127.0;

/// The directions of an article's texts, one after the other.
#[derive(Debug)]
pub(super) struct Rows {
    width: usize,
    values: Vec<i8>,
    scales: Vec<f32>,
}

/// One direction.
#[derive(Debug)]
pub(super) struct Pointer {
    values: Vec<i16>,
    scale: f32,
}

/// How near a query is to an article.
#[derive(Debug, Clone, Copy)]
pub(super) struct Nearest {
    pub(super) row: usize,
    pub(super) cosine: f32,
    pub(super) mean: f32,
}

impl Nearest {
    /// What articles are proposed by: their nearest text and all of them.
    pub(super) fn total(self) -> f32 {
        self.cosine + self.mean
    }
}

impl Pointer {
    /// The first `width` numbers of a vector, which are its sentence's direction.
    pub(super) fn of(vector: &[f32], width: usize) -> Self {
        let (values, scale) = quantised(vector.get(..width).unwrap_or(vector));
        Self { values: values.into_iter().map(i16::from).collect(), scale }
    }
}

impl Rows {
    pub(super) fn of(vectors: &[Vector], width: usize) -> Self {
        let mut rows = Self { width, values: Vec::with_capacity(width * vectors.len()), scales: Vec::new() };
        for vector in vectors {
            let (values, scale) = quantised(vector.get(..width).unwrap_or(vector));
            // A vector of another width would shift all that come behind it.
            rows.values.extend(values.into_iter().chain(std::iter::repeat(0)).take(width));
            rows.scales.push(scale);
        }
        rows
    }

    /// The cosine of each row to `query`.
    pub(super) fn cosines<'r>(&'r self, query: &'r Pointer) -> impl Iterator<Item = f32> + 'r {
        let rows = self.values.chunks_exact(self.width.max(1)).zip(&self.scales);
        rows.map(|(row, scale)| product(row, &query.values) as f32 * scale * query.scale)
    }

    /// The row with the largest cosine to `query`, that cosine, and the mean of all; nothing where there are no rows.
    pub(super) fn nearest(&self, query: &Pointer) -> Option<Nearest> {
        let mut nearest = Nearest { row: 0, cosine: f32::MIN, mean: 0.0 };
        let mut sum = 0.0;
        for (row, cosine) in self.cosines(query).enumerate() {
            sum += cosine;
            if cosine > nearest.cosine {
                (nearest.row, nearest.cosine) = (row, cosine);
            }
        }
        nearest.mean = sum / self.scales.len() as f32;
        (!self.scales.is_empty()).then_some(nearest)
    }
}

fn quantised(values: &[f32]) -> (Vec<i8>, f32) {
    let largest = values.iter().fold(0.0f32, |largest, value| largest.max(value.abs()));
    if largest <= 0.0 || !largest.is_finite() {
        return (vec![0; values.len()], 0.0);
    }
    let step = largest / LARGEST;
    // Within ±127 by the choice of the step.
    (values.iter().map(|value| (value / step).round() as i8).collect(), step)
}

// 384 products of at most 127² are far from the end of an `i32`; the check for it that this crate is built with would keep
// them from being added side by side. With sixteen bits on one side it takes two thirds of the time.
#[inline]
fn product(a: &[i8], b: &[i16]) -> i32 {
    let products = a.iter().zip(b).map(|(a, b)| i32::from(i16::from(*a)).wrapping_mul(i32::from(*b)));
    products.fold(0i32, i32::wrapping_add)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cosines_are_nearly_those_of_the_vectors() {
        let vector = |seed: u32, width: usize| -> Vector {
            let mut state = seed;
            let mut value = || {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 8) as f32 / (1 << 24) as f32 - 0.5
            };
            let values: Vec<f32> = (0..width).map(|_| value()).collect();
            let length = values.iter().map(|x| x * x).sum::<f32>().sqrt();
            values.iter().map(|x| x / length).collect()
        };
        for width in [384, 70, 3] {
            let vectors: Vec<Vector> = (1..20).map(|seed| vector(seed, width)).collect();
            let (query, rows) = (vector(7, width), Rows::of(&vectors, width));
            for (near, vector) in rows.cosines(&Pointer::of(&query, width)).zip(&vectors) {
                let exact: f32 = query.iter().zip(vector.iter()).map(|(a, b)| a * b).sum();
                assert!((near - exact).abs() < 0.01, "{near} {exact}");
            }
            assert_eq!(rows.nearest(&Pointer::of(&query, width)).map(|nearest| nearest.row), Some(6));
        }
    }

    #[test]
    fn what_has_no_direction_is_near_nothing() {
        let rows = Rows::of(&[vec![0.0; 4].into(), vec![f32::NAN; 4].into(), vec![1.0, 0.0].into()], 4);
        let query = Pointer::of(&[1.0, 0.0, 0.0, 0.0], 4);
        assert_eq!(rows.cosines(&query).map(|cosine| cosine.round() as i32).collect::<Vec<_>>(), [0, 0, 1]);
    }
}
