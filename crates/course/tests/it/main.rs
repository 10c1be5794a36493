//! Tests of the course: its lessons in the lab, its figures, its glossary, and the format of lessons.

mod common;
mod document;
mod facts;
mod format;
mod glossary;
mod languages;
mod lessons;
mod tasks;
mod trial;
