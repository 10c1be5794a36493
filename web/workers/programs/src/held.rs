//! Kernels and objects, and the rows of those that were checked.

use crate::kernels::Held as HeldKernel;
use budget::Budget;
use core_check::{Answer, Checker, Form, Kernel, Object, Relocation, Report, Row};
use protocol::files::GivenFile;
use protocol::port;
use protocol::programs::{KernelFiles, Number, ProgramsResponse, ReadKernel};
use workers::source::FileSource;

/// All that was given, in its order.
#[derive(Default)]
pub struct Held {
    kernels: Vec<(Number, HeldKernel)>,
    files: Vec<Objects>,
}

/// The objects of a file.
struct Objects {
    number: Number,
    objects: Vec<Object>,
    rows: Vec<Row>,
}

impl Held {
    /// Reads the objects of a file.
    pub fn add_objects(
        &mut self,
        number: Number,
        file: &GivenFile,
        budget: Budget,
    ) -> Result<Vec<String>, String> {
        let source = FileSource::new(&file.file)?;
        let objects = Object::read_all(&file.file.name(), &source, budget).map_err(|error| {
            let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}"));
            format!("{error}{}", cause.unwrap_or_default())
        })?;
        let names = objects.iter().map(|object| object.name.clone()).collect();
        self.files.push(Objects {
            number,
            objects,
            rows: Vec::new(),
        });
        Ok(names)
    }

    /// Reads a kernel, and makes copies of what was read if that is asked for.
    pub fn add_kernel(
        &mut self,
        number: Number,
        files: KernelFiles,
        budget: Budget,
        copied: bool,
    ) -> Result<ReadKernel, String> {
        let mut remarks = Vec::new();
        let (mut kernel, read) = HeldKernel::read(files, budget, copied, &mut remarks)?;
        let copy = match read.filter(|_| remarks.is_empty()) {
            Some(read) => kernel.copy(read)?,
            None => None,
        };
        // Columns are told apart by name.
        let name = kernel.kernel.name.clone();
        let mut count = 1;
        while self.is_taken(&kernel.kernel.name) {
            count += 1;
            kernel.kernel.name = format!("{name} ({count})");
        }
        let name = kernel.kernel.name.clone();
        self.kernels.push((number, kernel));
        Ok(ReadKernel {
            name,
            remarks,
            copy,
        })
    }

    fn is_taken(&self, name: &str) -> bool {
        let mut kernels = self.kernels.iter();
        kernels.any(|(_, one)| one.kernel.name == name)
    }

    /// Forgets objects, or a kernel.
    pub fn remove(&mut self, number: Number) {
        self.kernels.retain(|(there, _)| *there != number);
        self.files.retain(|one| one.number != number);
    }

    /// Checks the objects of a file on all kernels. Tells the page after each kernel that the work goes on.
    pub fn check(&mut self, number: Number) -> Vec<Row> {
        let Some(at) = self.files.iter().position(|one| one.number == number) else {
            return Vec::new();
        };
        let objects = &self.files[at].objects;
        if objects.iter().any(Object::asks_for_symbols) {
            for (_, kernel) in &mut self.kernels {
                kernel.read_symbols();
                port::post(&ProgramsResponse::Working);
            }
        }
        let mut answers: Vec<Vec<Answer>> = Vec::new();
        for object in objects {
            let checker = Checker::new(object);
            let of_object = self.kernels.iter().map(|(_, kernel)| {
                let answer = checker.check(&kernel.kernel);
                port::post(&ProgramsResponse::Working);
                answer
            });
            answers.push(of_object.collect());
        }
        let rows = Report::of(self.names(), &answers).rows;
        self.files[at].rows = rows.clone();
        rows
    }

    fn names(&self) -> Vec<String> {
        let kernels = self.kernels.iter();
        kernels.map(|(_, one)| one.kernel.name.clone()).collect()
    }

    /// The relocations of an object on a kernel.
    pub fn relocations(
        &self,
        file: Number,
        object: u32,
        kernel: Number,
    ) -> Result<Vec<Relocation>, String> {
        let file = self.files.iter().find(|one| one.number == file);
        let object = file.and_then(|file| file.objects.get(object as usize));
        let kernel = self.kernels.iter().find(|(there, _)| *there == kernel);
        let (Some(object), Some((_, kernel))) = (object, kernel) else {
            return Err("the object or the kernel is not here any more".to_owned());
        };
        Ok(Checker::new(object).check(&kernel.kernel).relocations)
    }

    /// C with what the objects need of the kernels.
    pub fn header(&self) -> Result<String, String> {
        let objects: Vec<&Object> = (self.files.iter()).flat_map(|file| &file.objects).collect();
        let kernels: Vec<&Kernel> = self.kernels.iter().map(|(_, one)| &one.kernel).collect();
        core_check::header(&objects, &kernels).map_err(|error| error.to_string())
    }

    /// The rows of these files in a form.
    pub fn written(&self, files: &[Number], form: Form) -> String {
        let of = |number: &Number| self.files.iter().find(|one| one.number == *number);
        let rows = files.iter().filter_map(of).flat_map(|one| one.rows.clone());
        let report = Report {
            kernels: self.names(),
            rows: rows.collect(),
        };
        report.written(form)
    }
}
